import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { validateMessages } from '../../../../../src/client/publish/validate-messages.ts';
import type { MessageLimits } from '../../../../../src/common/fit-message.ts';
import type { EventMessage } from '../../../../../src/common/message.ts';
import { toWireMessage, wireSize } from '../../../../../src/common/wire-format.ts';
import { defineEventTopic } from '../../../../../src/event-topic.ts';
import { Customer, customerEntry, customerMessage } from '../../../../support/messages.ts';

const MAX = 1_024;
const LIMITS: MessageLimits = { maxMessageBytes: MAX, store: { bucket: 'bodies', prefix: 'p/' } };

const named = (number: number, name: string) => ({
  event: { type: 'NameChanged' as const, name },
  position: number,
});
const large = (number: number) => customerMessage(number, named(number, 'x'.repeat(MAX)));
const faultsWithin = (limits: MessageLimits, messages: readonly EventMessage[]) => {
  const result = validateMessages(Customer, messages, limits);
  return result.ok ? [] : result.faults;
};

describe('a message that is too large for SNS, with a store', () => {
  const messages = [customerMessage(1), large(2), customerMessage(3), large(4)];
  const result = validateMessages(Customer, messages, LIMITS);
  if (!result.ok) throw new Error('The messages are good');
  const [, second, , fourth] = result.entries;

  it('becomes an entry without its event, in its place', () => {
    expect(result.entries.map(({ message }) => message.meta.msgId)).toEqual(['m-1', 'm-2', 'm-3', 'm-4']);
    expect(result.entries[0]).toEqual(customerEntry(1));
    expect(second).toEqual({
      message: { ...messages[1], event: null },
      eventType: 'NameChanged',
      claimCheck: {
        bucket: 'bodies',
        key: expect.stringMatching(/^p\/Customer\/[0-9a-f]{64}$/),
        bytes: Buffer.byteLength(JSON.stringify(messages[1])),
      },
    });
  });

  it('has its body as it would have travelled, for the upload', () => {
    expect(result.uploads.map(({ entry }) => entry)).toEqual([second, fourth]);
    expect(result.uploads[0]?.entry).toBe(second);
    expect(result.uploads.map(({ body }) => body)).toEqual(
      [messages[1], messages[3]].map((m) => JSON.stringify(m)),
    );
  });

  it('is the same entry when it is published again, and another one with another content', () => {
    const again = validateMessages(Customer, [large(2), large(5)], LIMITS);

    expect(again).toMatchObject({ ok: true, entries: [second, {}] });
    expect(again).not.toMatchObject({ entries: [{}, { claimCheck: second?.claimCheck }] });
  });

  it('is small enough for SNS as an entry', () => {
    for (const entry of result.entries)
      expect(wireSize(toWireMessage('Customer', entry))).toBeLessThanOrEqual(MAX);
  });
});

describe('the size from which a body is offloaded', () => {
  const message = customerMessage(1, named(1, 'Ada'));
  const size = wireSize(toWireMessage('Customer', customerEntry(1, named(1, 'Ada'))));
  const uploadsAt = (maxMessageBytes: number) => {
    const roomy = { ...customerMessage(1, named(1, `Ada${'x'.repeat(1_000)}`)) };
    const result = validateMessages(Customer, [roomy], { ...LIMITS, maxMessageBytes });
    return result.ok ? result.uploads.length : undefined;
  };

  it('is one byte more than SNS takes', () => {
    expect(uploadsAt(size + 1_000)).toBe(0);
    expect(uploadsAt(size + 999)).toBe(1);
  });

  it('does not matter without a store: the message is refused', () => {
    expect(faultsWithin({ maxMessageBytes: size - 1 }, [message])).toEqual([
      {
        index: 0,
        msgId: 'm-1',
        path: 'message',
        reason: `${size} bytes with its attributes; SNS takes ${size - 1} (the topic's MaximumMessageSize)`,
      },
    ]);
  });
});

describe('refused although there is a store', () => {
  const tooLarge = (reason: string) => [{ index: 0, msgId: 'm-1', path: 'message', reason }];

  it('is a body that is larger than the store takes', () => {
    const bytes = Buffer.byteLength(JSON.stringify(large(1)));
    const limits = (maxBodyBytes: number) => ({ ...LIMITS, store: { bucket: 'bodies', maxBodyBytes } });

    expect(faultsWithin(limits(bytes), [large(1)])).toEqual([]);
    expect(faultsWithin(limits(bytes - 1), [large(1)])).toEqual(
      tooLarge(`${bytes} bytes; the claim check takes ${bytes - 1}`),
    );
  });

  it('is a body of more than 16 MiB, unless the store says otherwise', () => {
    const empty = JSON.stringify(customerMessage(1, named(1, ''))).length;
    const ofBytes = (bytes: number) => customerMessage(1, named(1, 'x'.repeat(bytes - empty)));

    expect(faultsWithin(LIMITS, [ofBytes(16_777_216)])).toEqual([]);
    expect(faultsWithin(LIMITS, [ofBytes(16_777_217)])).toEqual(
      tooLarge('16777217 bytes; the claim check takes 16777216'),
    );
  });

  it.each([
    ['an attribute of its own', { traceparent: 'x'.repeat(MAX) }],
    ['a key of meta that is no attribute', { tenant: 'x'.repeat(MAX) }],
  ])('is a message that is too large by %s', (_what, meta) => {
    const faults = faultsWithin(LIMITS, [{ ...large(1), meta: { ...large(1).meta, ...meta } }]);

    expect(faults).toEqual(
      tooLarge(expect.stringMatching(/^\d{4} bytes without its event, .*; SNS takes 1024 /)),
    );
  });

  it('is a message that is too large by its type', () => {
    const topic = defineEventTopic({ name: 'Text', event: z.string() });
    const message = { ...customerMessage(1), event: 'x'.repeat(MAX) };

    expect(validateMessages(topic, [message], LIMITS)).toMatchObject({
      ok: false,
      faults: [{ path: 'message' }],
    });
  });

  it('is a message whose pointer is too large', () => {
    const store = { bucket: 'bodies', prefix: 'p'.repeat(900) };

    expect(faultsWithin({ maxMessageBytes: MAX, store }, [large(1)])).toEqual(
      tooLarge(expect.stringMatching(/without its event/)),
    );
  });

  it('is a whole call with one bad message: nothing is left to upload', () => {
    const result = validateMessages(Customer, [large(1), { ...customerMessage(2), id: '' }], LIMITS);

    expect(result).not.toHaveProperty('uploads');
  });
});
