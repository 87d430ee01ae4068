import { describe, expect, it } from 'vitest';
import { messageDeduplicationId, messageGroupId } from '../../../src/common/ids.ts';
import type { PublishEntry } from '../../../src/common/publisher-protocol.ts';
import { toWireMessage, wireSize } from '../../../src/common/wire-format.ts';
import { customerEntry } from '../../support/messages.ts';
import { type MessageVector, messageVectors } from '../../support/vectors.ts';

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

it('the body is the same text for the same message, so that a repeated publish is a repeated message', () => {
  const entry = customerEntry(1, { position: 1 });
  const stored = JSON.parse(JSON.stringify(entry)) as PublishEntry;

  expect(toWireMessage('Customer', stored)).toEqual(toWireMessage('Customer', entry));
});

function entryOf({ message, eventType }: MessageVector): PublishEntry {
  return { message, ...(eventType === null ? {} : { eventType }) };
}
