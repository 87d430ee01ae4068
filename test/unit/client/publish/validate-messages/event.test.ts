import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { defineEventTopic } from '../../../../../src/event-topic.ts';
import { Customer, customerMessage, RescriptCustomer } from '../../../../support/messages.ts';
import { faultsOf } from './faults-of.ts';

const { meta } = customerMessage(1);
const fault = (path: string, reason: string) => ({ index: 0, msgId: 'm-1', path, reason });
const Anything = defineEventTopic({ name: 'Anything', event: z.unknown() });

describe('an event that the schema refuses', () => {
  it('is a fault for each thing that is wrong with it', () => {
    const event = { type: 'Created', name: 5 };

    expect(faultsOf(Customer, [{ id: 'C-1', meta, event }])).toEqual([
      fault('event.name', 'Invalid input: expected string, received number'),
      fault('event.address', 'Invalid input: expected string, received undefined'),
    ]);
  });

  it('of an unknown type is a fault that names the known ones', () => {
    expect(faultsOf(Customer, [{ id: 'C-1', meta, event: { type: 'Renamed' } }])).toEqual([
      fault(
        'event.type',
        "Invalid discriminator value. Expected 'Created' | 'AddressChanged' | 'NameChanged' | 'Deleted'",
      ),
    ]);
  });

  it('is named with its place in arrays and objects', () => {
    const Order = defineEventTopic({
      name: 'Order',
      event: z.object({ lines: z.array(z.object({ sku: z.string() })) }),
    });

    expect(faultsOf(Order, [{ id: 'O-1', meta, event: { lines: [{ sku: 'a' }, { sku: null }] } }])).toEqual([
      fault('event.lines.1.sku', 'Invalid input: expected string, received null'),
    ]);
  });

  const renamed = z.object({ TAG: z.literal('NameChanged'), _0: z.string() });
  const deleted = z.literal('Deleted');

  it.each([
    ['first', z.union([renamed, deleted])],
    ['last', z.union([deleted, renamed])],
  ])('of a union is judged by the alternative that got furthest, which may come %s', (_place, event) => {
    const topic = defineEventTopic({ name: 'Customer', event });

    expect(faultsOf(topic, [{ id: 'C-1', meta, event: { TAG: 'NameChanged', _0: 5 } }])).toEqual([
      fault('event._0', 'Invalid input: expected string, received number'),
    ]);
  });

  const created = z.object({ TAG: z.literal('Created'), at: z.object({ city: z.string() }) });
  const moved = z.object({ TAG: z.literal('AddressChanged'), _0: z.string() });

  it.each([
    ['first', z.union([moved, renamed, created])],
    ['in the middle', z.union([renamed, moved, created])],
    ['last', z.union([created, renamed, moved])],
  ])('of a union of objects is judged by the alternative of its TAG, which may come %s', (_place, event) => {
    const topic = defineEventTopic({ name: 'Customer', event });

    expect(faultsOf(topic, [{ id: 'C-1', meta, event: { TAG: 'AddressChanged', _0: 5 } }])).toEqual([
      fault('event._0', 'Invalid input: expected string, received number'),
    ]);
  });

  it('of a union is judged by the alternative with the fewest faults, when all are of its TAG', () => {
    const short = z.object({ TAG: z.literal('Created'), name: z.string() });
    const long = z.object({ TAG: z.literal('Created'), name: z.string(), city: z.string() });

    for (const event of [z.union([short, long]), z.union([long, short])])
      expect(
        faultsOf(defineEventTopic({ name: 'Customer', event }), [
          { id: 'C-1', meta, event: { TAG: 'Created' } },
        ]),
      ).toEqual([fault('event.name', 'Invalid input: expected string, received undefined')]);
  });

  it('of the ReScript form is judged by its TAG', () => {
    const event = { TAG: 'AddressChanged', _0: 5 };

    expect(faultsOf(RescriptCustomer, [{ id: 'C-1', meta, event }])).toEqual([
      fault('event._0', 'Invalid input: expected string, received number'),
    ]);
  });
});

describe('what JSON would change silently', () => {
  it.each([
    {
      what: 'a Date',
      schema: z.date(),
      value: new Date(0),
      reason: 'Invalid input: expected date, received string',
    },
    { what: 'NaN', schema: z.number(), value: Number.NaN, reason: 'is NaN, of which JSON makes null' },
    {
      what: 'Infinity',
      schema: z.number(),
      value: Infinity,
      reason: 'is Infinity, of which JSON makes null',
    },
    {
      what: 'undefined',
      schema: z.string(),
      value: undefined,
      reason: 'Invalid input: expected string, received undefined',
    },
    {
      what: 'a Map',
      schema: z.map(z.string(), z.string()),
      value: new Map(),
      reason: 'is an instance of Map, of which JSON makes an empty object',
    },
  ])('is a fault: $what', ({ schema, value, reason }) => {
    const topic = defineEventTopic({ name: 'Customer', event: z.object({ at: schema }) });

    expect(faultsOf(topic, [{ id: 'C-1', meta, event: { at: value } }])).toEqual([fault('event.at', reason)]);
  });

  it('is checked in the form in which it travels: a Date where the schema wants its ISO text is fine', () => {
    const topic = defineEventTopic({ name: 'Customer', event: z.object({ at: z.iso.datetime() }) });

    expect(faultsOf(topic, [{ id: 'C-1', meta, event: { at: new Date(0) } }])).toEqual([]);
  });
});

it('what JSON would change is said once, whatever the schema says of what it becomes', () => {
  const items = z.array(z.object({ amount: z.number(), at: z.object({ day: z.string() }) }));
  const topic = defineEventTopic({ name: 'Customer', event: z.object({ items }) });
  const event = { items: [{ amount: Number.NaN, at: new Map([['day', 'monday']]) }] } as never;

  expect(faultsOf(topic, [{ id: 'C-1', meta, event }])).toEqual([
    fault('event.items.0.amount', 'is NaN, of which JSON makes null'),
    fault('event.items.0.at', 'is an instance of Map, of which JSON makes an empty object'),
  ]);
});

describe('what JSON cannot hold', () => {
  it('is a fault: a BigInt', () => {
    expect(faultsOf(Anything, [{ id: 'C-1', meta, event: { amount: 1n } }])).toEqual([
      fault('message', 'cannot be written as JSON: TypeError: Do not know how to serialize a BigInt'),
    ]);
  });

  it('is a fault: a circle', () => {
    const event: Record<string, unknown> = {};
    event['self'] = event;

    expect(faultsOf(Anything, [{ id: 'C-1', meta, event }])).toEqual([
      fault('message', expect.stringMatching(/^cannot be written as JSON: TypeError: Converting circular/)),
    ]);
  });

  it.each([
    ['missing', {}, 'is missing, or is nothing that JSON can hold'],
    ['undefined', { event: undefined }, 'is missing, or is nothing that JSON can hold'],
    ['a function', { event: () => undefined }, 'is a function, which JSON leaves out'],
    ['a symbol', { event: Symbol('x') }, 'is a symbol, which JSON leaves out'],
  ])('is one fault, whatever the schema: an event that is %s', (_what, event, reason) => {
    const missing = [fault('event', reason)];

    expect(faultsOf(Anything, [{ id: 'C-1', meta, ...event }])).toEqual(missing);
    expect(faultsOf(Customer, [{ id: 'C-1', meta, ...event }])).toEqual(missing);
  });

  it('does not mean null, which is a JSON value', () => {
    expect(faultsOf(Anything, [{ id: 'C-1', meta, event: null }])).toEqual([]);
  });
});

describe('a schema or a function of the application', () => {
  it('that is asynchronous unseen is a fault that says what to do: publish validates synchronously', () => {
    const event = z.string().refine((text) => Promise.resolve(text.length > 0));
    const topic = defineEventTopic({ name: 'Customer', event });

    expect(faultsOf(topic, [{ id: 'C-1', meta, event: 'Deleted' }])).toEqual([
      fault(
        'event',
        "the topic's schema is asynchronous, and publish validates synchronously: take the asynchronous check out of the schema, and check that before you publish",
      ),
    ]);
  });

  it.each([
    ['an Error', new Error('boom')],
    ['a text', 'boom'],
  ])('that throws %s while it checks is a fault', (_what, thrown) => {
    const event = z.string().refine(() => {
      throw thrown;
    });
    const topic = defineEventTopic({ name: 'Customer', event });

    expect(faultsOf(topic, [{ id: 'C-1', meta, event: 'Deleted' }])).toEqual([
      fault('event', 'the schema failed: boom'),
    ]);
  });

  it('that throws for one message does not hide the faults of the others', () => {
    const event = z.string().refine((text) => {
      if (text === 'bad') throw new Error('boom');
      return text !== 'wrong';
    }, 'must be right');
    const topic = defineEventTopic({ name: 'Customer', event });
    const messages = ['bad', 'good', 'wrong'].map((text, index) => ({
      id: 'C-1',
      meta: { ...meta, msgId: `m-${index}` },
      event: text,
    }));

    expect(faultsOf(topic, messages)).toEqual([
      { index: 0, msgId: 'm-0', path: 'event', reason: 'the schema failed: boom' },
      { index: 2, msgId: 'm-2', path: 'event', reason: 'must be right' },
    ]);
  });

  it('that throws while it names the type of an event is a fault', () => {
    const topic = defineEventTopic({
      name: 'Customer',
      event: z.string(),
      eventType: () => {
        throw new Error('no such type');
      },
    });

    expect(faultsOf(topic, [{ id: 'C-1', meta, event: 'Deleted' }])).toEqual([
      fault('event', 'eventType() failed: Error: no such type'),
    ]);
  });
});
