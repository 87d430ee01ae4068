// What AWS's own clients read and wrote: recorded by scripts/extended-clients/main.ts, so that no test needs Java or Python.
import { describe, expect, it } from 'vitest';
import { messagesToRead } from '../../../scripts/extended-clients/messages.ts';
import { readRecorded } from '../../../scripts/extended-clients/recorded.ts';
import { type PayloadPointer, readPointer, resolveBody } from '../../../src/common/claim-check.ts';
import { toWireMessage } from '../../../src/common/wire-format.ts';

const { read, written } = readRecorded();

describe('what the extended clients have read', () => {
  it.each(messagesToRead())('is still what is published: $title', ({ title, topic, upload }) => {
    expect(read.messages).toContainEqual({ title, ...toWireMessage(topic, upload.entry) });
  });

  it('was read in Java and Python', () => {
    expect(read.by.map(({ name }) => name)).toEqual([
      'amazon-sqs-java-extended-client-lib',
      'amazon-sqs-extended-client',
    ]);
  });
});

describe.each(written)('what was written by $client.name $client.version: $title', (vector) => {
  const { bucket, key, object, body, attributes } = vector;
  const bucketWithIt = {
    get: async (pointer: PayloadPointer) =>
      pointer.bucket === bucket && pointer.key === key ? object : 'another object',
  };

  it('is known as a pointer by its body', () => {
    expect(readPointer(body)).toEqual({ bucket, key });
  });

  it('is the message when it is resolved', async () => {
    expect(await resolveBody(body, bucketWithIt)).toBe(object);
  });

  it('has its own attribute, and the size of the body under either name', () => {
    const { eventType, ExtendedPayloadSize, SQSLargePayloadSize, ...others } = attributes;

    expect(eventType).toEqual({ dataType: 'String', value: 'NameChanged' });
    expect([ExtendedPayloadSize, SQSLargePayloadSize].filter(Boolean)).toEqual([
      { dataType: 'Number', value: String(Buffer.byteLength(object)) },
    ]);
    expect(others).toEqual({});
  });
});

it('every client has written, and every name of attribute and class is among it', () => {
  const classes = written.map(({ body }) => (JSON.parse(body) as [string])[0]);

  expect(new Set(written.map(({ client }) => client.name))).toEqual(
    new Set([
      'amazon-sqs-java-extended-client-lib',
      'sns-extended-client',
      'amazon-sqs-extended-client',
      'amazon-sns-extended-client',
    ]),
  );
  expect(new Set(written.flatMap(({ attributes }) => Object.keys(attributes)))).toEqual(
    new Set(['ExtendedPayloadSize', 'SQSLargePayloadSize', 'eventType']),
  );
  expect(new Set(classes)).toEqual(
    new Set([
      'software.amazon.payloadoffloading.PayloadS3Pointer',
      'com.amazon.sqs.javamessaging.MessageS3Pointer',
    ]),
  );
});
