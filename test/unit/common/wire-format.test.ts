import { describe, expect, it } from 'vitest';
import { fifoFields } from '../../../src/activities/publishers/aws-message.ts';
import { readPointer } from '../../../src/common/claim-check.ts';
import { messageDeduplicationId, messageGroupId } from '../../../src/common/ids.ts';
import { checkIn } from '../../../src/common/offload.ts';
import type { PublishEntry } from '../../../src/common/protocol/entry.ts';
import { toWireMessage, wireSize } from '../../../src/common/wire-format.ts';
import { customerEntry } from '../../support/messages.ts';
import {
  type ClaimCheckVector,
  claimCheckVectors,
  type MessageVector,
  messageVectors,
} from '../../support/vectors.ts';

describe.each(messageVectors())('the message of $title', (vector) => {
  it('has the body and attributes of the vector', () => {
    const { body, attributes } = vector;

    expect(toWireMessage(vector.topic, entryOf(vector))).toEqual({ body, attributes });
  });

  it('has a body that means the message', () => {
    expect(JSON.parse(vector.body)).toEqual(vector.message);
  });

  it('has the size of the vector', () => {
    expect(wireSize(vector)).toBe(vector.size);
  });

  it('has the ids of the vector', () => {
    const { message } = vector;

    expect(messageGroupId(message.id)).toBe(vector.messageGroupId);
    expect(messageDeduplicationId(message.meta.msgId)).toBe(vector.messageDeduplicationId);
  });
});

describe.each(claimCheckVectors())('the claim check: $title', (vector) => {
  const { topic, bucket, prefix, key, object } = vector;
  const whole = toWireMessage(topic, entryOf(vector));
  const { entry, body } = checkIn(topic, { entry: entryOf(vector), body: whole.body }, { bucket, prefix });

  it('has the object and the key of the vector', () => {
    expect(body).toBe(object);
    expect(entry.claimCheck).toEqual({ bucket, key, bytes: Buffer.byteLength(object) });
  });

  it('has the body and attributes of the vector', () => {
    expect(toWireMessage(topic, entry)).toEqual({ body: vector.body, attributes: vector.attributes });
  });

  it('has the attributes of the whole message, and the size of the object', () => {
    const { ExtendedPayloadSize: size, ...others } = vector.attributes;

    expect(others).toEqual(whole.attributes);
    expect(size).toEqual({ dataType: 'Number', value: String(Buffer.byteLength(object)) });
  });

  it('has the size of the vector', () => {
    expect(wireSize(vector)).toBe(vector.size);
  });

  it('has an object that means the message, found by the body', () => {
    expect(JSON.parse(object)).toEqual(vector.message);
    expect(readPointer(vector.body)).toEqual({ bucket, key });
  });
});

it('a message with everything has seven attributes, so that raw delivery does not drop it', () => {
  const meta = { traceparent: '00-1-2-01', schemaVersion: '1', causationId: 'c', tenant: 'acme' };
  const { attributes } = toWireMessage('Customer', customerEntry(1, { meta, position: 1 }));

  expect(Object.keys(attributes)).toEqual([
    'aggregate',
    'eventType',
    'service',
    'correlationId',
    'traceparent',
    'position',
    'schemaVersion',
  ]);
});

it('a message without a trace gets that of the call that published it, as an attribute only', () => {
  const traceparent = '00-5-6-01';
  const untraced = toWireMessage('Customer', { ...customerEntry(1), traceparent });
  expect(untraced.attributes['traceparent']).toEqual({ dataType: 'String', value: traceparent });
  expect(untraced.body).toBe(toWireMessage('Customer', customerEntry(1)).body);

  const meta = { traceparent: '00-1-2-01' };
  const traced = toWireMessage('Customer', { ...customerEntry(1, { meta }), traceparent });
  expect(traced.attributes['traceparent']?.value).toBe('00-1-2-01');
});

it('a claim check has one attribute more: eight', () => {
  const meta = { traceparent: '00-1-2-01', schemaVersion: '1' };
  const claimCheck = { bucket: 'bodies', key: 'Customer/1', bytes: 300_000 };
  const { attributes } = toWireMessage('Customer', {
    ...customerEntry(1, { meta, position: 1 }),
    claimCheck,
  });

  expect(Object.keys(attributes)).toHaveLength(8);
  expect(attributes['ExtendedPayloadSize']).toEqual({ dataType: 'Number', value: '300000' });
});

it('the body is the same text for the same message, so that a repeated publish is a repeated message', () => {
  const entry = customerEntry(1, { position: 1 });
  const stored = JSON.parse(JSON.stringify(entry)) as PublishEntry;

  expect(toWireMessage('Customer', stored)).toEqual(toWireMessage('Customer', entry));
});

function entryOf({ message, eventType }: MessageVector | ClaimCheckVector): PublishEntry {
  return { message, ...(eventType === null ? {} : { eventType }) };
}

describe('a republished message', () => {
  const entry: PublishEntry = {
    ...customerEntry(1),
    republished: { republishId: 'r-1', audience: 'Search' },
  };

  it('has the same body, and says whom it is for', () => {
    const { body, attributes } = toWireMessage('Customer', customerEntry(1));
    expect(toWireMessage('Customer', entry)).toEqual({
      body,
      attributes: { ...attributes, republished: { dataType: 'String', value: 'Search' } },
    });
  });

  it('has a deduplication id of its own, by the rule of all ids', () => {
    expect(fifoFields(entry)).toEqual({
      ...fifoFields(customerEntry(1)),
      MessageDeduplicationId: 'm-1/republished/r-1',
    });
  });
});
