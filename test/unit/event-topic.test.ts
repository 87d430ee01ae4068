import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { defineEventTopic } from '../../src/event-topic.ts';
import { Customer } from '../support/messages.ts';
import { messageVectors } from '../support/vectors.ts';

describe('the name of an EventTopic', () => {
  it.each(['Customer', 'customer-2_b', 'C', 'a'.repeat(241)])('may be %s', (name) => {
    expect(defineEventTopic({ name, event: z.unknown() }).name).toBe(name);
  });

  it.each(['', 'Customer Order', 'Customer.fifo', 'Kundë', 'Customer/Order', 'Customer\n', 'a'.repeat(242)])(
    'may not be %j',
    (name) => {
      expect(() => defineEventTopic({ name, event: z.unknown() })).toThrow(
        expect.objectContaining({
          code: 'INVALID_TOPIC',
          message: `The definition is wrong: the name cannot be part of an SNS topic name: use 1 to 241 letters, digits, "-" or "_", as in "Customer" [name=${JSON.stringify(name)}]. Correct it and define the topic again`,
        }),
      );
    },
  );
});

describe('what an EventTopic may be told', () => {
  it('has defaults: order of arrival, a publisher for each aggregate', () => {
    expect(defineEventTopic({ name: 'Customer', event: z.unknown() })).toMatchObject({
      ordering: 'arrival',
      partitions: undefined,
    });
  });

  it.each([0, -1, 1.5, 1_001, Number.NaN])('is not %s partitions', (partitions) => {
    expect(() => defineEventTopic({ name: 'Customer', event: z.unknown(), partitions })).toThrow(
      'partitions is a whole number from 1 to 1000',
    );
  });

  it('is refused with every fault at once', () => {
    const wrong = { name: '', event: z.unknown(), ordering: 'time' as 'position', partitions: 0 };
    expect(() => defineEventTopic(wrong)).toThrow(/name cannot.*ordering is.*partitions is/);
  });
});

describe('the type of an event', () => {
  const { eventType } = defineEventTopic({ name: 'Any', event: z.unknown() });

  it.each(messageVectors())('is the one of the vector, for $title', ({ message, eventType: expected }) => {
    expect(eventType(message.event)).toBe(expected ?? undefined);
  });

  it.each([
    { event: { type: 'A', TAG: 'B' }, type: 'A', why: 'type goes before TAG' },
    { event: { type: 7, TAG: 'B' }, type: 'B', why: 'a type that is no string is passed over' },
    { event: { type: '', TAG: 'B' }, type: 'B', why: 'an empty type is passed over' },
    { event: { TAG: 0, _0: 'x' }, type: undefined, why: 'a numeric TAG is no type' },
    { event: '', type: undefined, why: 'an empty string is no type' },
    { event: ['A'], type: undefined, why: 'an array has none' },
    { event: null, type: undefined, why: 'null has none' },
    { event: 5, type: undefined, why: 'a number has none' },
  ])('is $type for $event: $why', ({ event, type }) => {
    expect(eventType(event)).toBe(type);
  });

  it('is what the topic says, when it says so', () => {
    const Order = defineEventTopic({
      name: 'Order',
      event: z.object({ kind: z.string(), type: z.string() }),
      eventType: ({ kind }) => `Order${kind}`,
    });

    expect(Order.eventType({ kind: 'Placed', type: 'ignored' })).toBe('OrderPlaced');
  });
});

it('a definition cannot be changed afterwards', () => {
  expect(Object.isFrozen(Customer)).toBe(true);
});
