import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { expect, it } from 'vitest';
import { AesGcmCodec } from '../../../../examples/features/aes-gcm-codec.ts';
import { failureMessage } from '../../../../src/client/operate/failure-message.ts';

const codec = new AesGcmCodec(randomBytes(32));
const loadedDataConverter = { payloadConverter: defaultPayloadConverter, payloadCodecs: [codec] };
const client = { options: { loadedDataConverter } } as unknown as Client;

it('a failure says its message', async () => {
  expect(await failureMessage(client, { message: 'Rate exceeded' })).toBe('Rate exceeded');
  expect(await failureMessage(client, {})).toBe('');
});

it('and also when its message is encoded, and encrypted', async () => {
  const converter = new DefaultFailureConverter({ encodeCommonAttributes: true });
  const failure = converter.errorToFailure(new Error('Rate exceeded'), defaultPayloadConverter);
  const [encodedAttributes] = await codec.encode(
    failure.encodedAttributes ? [failure.encodedAttributes] : [],
  );

  expect(failure.message).toBe('Encoded failure');
  expect(await failureMessage(client, { ...failure, encodedAttributes })).toBe('Rate exceeded');
});
