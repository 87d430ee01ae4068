import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { handlerOf } from '../../../src/collector/handlers.ts';
import {
  defineEventMapper,
  defineReadModel,
  defineSideEffectHandler,
  MemoryInbox,
  RefusedEvent,
} from '../../../src/collector/index.ts';
import { isEventTopicError } from '../../../src/common/errors.ts';
import { defineEventTopic } from '../../../src/event-topic.ts';
import { testEventMapper, testReadModel, testSideEffect } from '../../../src/testing/index.ts';
import { Customer } from '../../support/messages.ts';

const Order = defineEventTopic({
  name: 'Order',
  ordering: 'position',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Placed'), total: z.number() }),
    z.object({ type: z.literal('Cancelled') }),
  ]),
});
const Payment = defineEventTopic({
  name: 'Payment',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Requested'), amount: z.number().positive() }),
    z.object({ type: z.literal('Withdrawn') }),
  ]),
});

const totals = defineReadModel({
  name: 'Totals',
  topics: [Order],
  clear: async (sums: Map<string, number>) => sums.clear(),
  apply: {
    Order: {
      Placed: ({ id, event }, { transaction }) => void transaction.set(id, event.total),
      Cancelled: ({ id }, { transaction }) => void transaction.delete(id),
    },
  },
});

const billing = defineEventMapper({
  name: 'Billing',
  topics: [Order],
  to: [Payment],
  service: 'billing',
  map: {
    Order: {
      Placed: ({ id, event }) => [
        { topic: 'Payment', id, event: { type: 'Requested', amount: event.total } },
      ],
      Cancelled: ({ id }) => [
        { topic: 'Payment', id, event: { type: 'Withdrawn' } },
        { topic: 'Payment', id: `${id}-fee`, event: { type: 'Requested', amount: 1 } },
      ],
    },
  },
});

const placed = { topic: 'Order', id: 'o-1', event: { type: 'Placed', total: 10 } } as const;
const cancelled = { topic: 'Order', id: 'o-1', event: { type: 'Cancelled' } } as const;

describe('a read model', () => {
  it('is what its events make of it', async () => {
    await testReadModel(totals, {
      transaction: new Map(),
      given: [placed, { ...placed, id: 'o-2' }],
      when: cancelled,
      expect: (sums) => expect([...sums]).toEqual([['o-2', 10]]),
    });
  });

  it('fails its test when an event is not handled', async () => {
    const story = {
      transaction: new Map(),
      given: [{ ...placed, event: { type: 'Placed', total: 'x' } }],
      expect: () => {},
    };
    await expect(testReadModel(totals, story as never)).rejects.toThrow(/INVALID_EVENT event.total/);
  });

  it('is emptied, and its events are asked for again by its name, when it is rebuilt', async () => {
    const inbox = new MemoryInbox() as never;
    const asked: unknown[] = [];
    const republish = async (...request: unknown[]) => {
      asked.push(request);
      return { republishId: 'r-1', result: async () => undefined };
    };
    const model = defineReadModel({
      name: 'Totals',
      topics: [Order],
      clear: async () => void asked.push('cleared'),
      apply: { Order: () => {} },
    });
    const rebuild = await model.rebuild({
      inbox,
      eventTopics: { Order: { republish } },
      actor: 'ada',
      reason: 'new column',
    });
    expect(rebuild.republishIds).toEqual({ Order: 'r-1' });
    await rebuild.done();
    expect(asked).toEqual([
      'cleared',
      [{ all: true }, { actor: 'ada', reason: 'new column', audience: 'Totals' }],
    ]);
  });

  it('is not emptied when something is wrong with the rebuild', async () => {
    let cleared = 0;
    const model = defineReadModel({
      name: 'Totals',
      topics: [Order],
      clear: async () => {
        cleared += 1;
      },
      apply: { Order: () => {} },
    });
    const right = {
      inbox: new MemoryInbox(),
      eventTopics: { Order: { republish: async () => {} } },
      actor: 'a',
      reason: 'b',
    };
    for (const wrong of [
      { eventTopics: {} },
      { eventTopics: null },
      { rate: 0 },
      { actor: '' },
      { rat: 5 },
      { inbox: 5 },
    ])
      await expect(model.rebuild({ ...right, ...wrong } as never)).rejects.toThrow(/cannot be rebuilt/);
    await expect(model.rebuild(undefined as never)).rejects.toThrow(/cannot be rebuilt/);
    expect(cleared).toBe(0);
  });

  it('is not rebuilt, nor emptied, from a topic whose live events would overtake', async () => {
    const model = defineReadModel({ name: 'Names', topics: [Customer], apply: { Customer: () => {} } });
    const rebuilt = model.rebuild({
      inbox: new MemoryInbox(),
      eventTopics: { Customer: {} as never },
      actor: 'a',
      reason: 'b',
    });
    await expect(rebuilt).rejects.toThrow(/it has no clear\(\); Customer orders by arrival/);
  });

  it('says when it has an event, so that a caller reads what it wrote', async () => {
    const inbox = new MemoryInbox() as never;
    const waiting = totals.untilCaughtUp(inbox, {
      topic: 'Order',
      id: 'o-1',
      position: 1,
      signal: AbortSignal.timeout(5_000),
    });
    const arrival = {
      collector: 'Totals',
      topic: 'Order',
      ordering: 'position',
      message: { id: 'o-1', meta: {}, event: 1, position: 1 },
    };
    await (inbox as MemoryInbox).handle(arrival as never, async () => {}, new AbortController().signal);
    await waiting;
    const tooSoon = totals.untilCaughtUp(inbox, {
      topic: 'Order',
      id: 'o-1',
      position: 2,
      signal: AbortSignal.timeout(60),
    });
    await expect(tooSoon).rejects.toThrow();
  });
});

describe('an event mapper', () => {
  it('publishes what it makes of an event', async () => {
    await testEventMapper(billing, {
      given: [placed],
      when: cancelled,
      expect: [
        { topic: 'Payment', id: 'o-1', event: { type: 'Withdrawn' } },
        { topic: 'Payment', id: 'o-1-fee', event: { type: 'Requested', amount: 1 } },
      ],
    });
  });

  it('fails its test when its topic would refuse what it makes, or it makes something else', async () => {
    const refused = { when: { ...placed, event: { type: 'Placed', total: -1 } }, expect: [] } as const;
    await expect(testEventMapper(billing, refused)).rejects.toThrow(/Payment event.amount/);
    await expect(testEventMapper(billing, { when: placed, expect: [] })).rejects.toThrow(/deep-equal/);
  });

  it('derives meta from the cause: the same msgIds for a repeat, others for another event', async () => {
    const published: { id: string; meta: Record<string, unknown> }[] = [];
    const handle = handlerIn(
      billing.options({
        Payment: { publish: async (all) => void published.push(...(all as never[])) },
      }),
      'Cancelled',
    );
    const cause = {
      id: 'o-1',
      meta: { msgId: 'm-1', user: 'ada', traceparent: '00-a' },
      event: cancelled.event,
    };
    const context = { topic: 'Order', eventType: 'Cancelled' };
    await handle(cause as never, context as never);
    await handle(cause as never, context as never);
    await handle({ ...cause, meta: { ...cause.meta, msgId: 'm-2' } } as never, context as never);
    const ids = published.map(({ meta }) => meta['msgId']);
    expect(ids.slice(0, 2)).toEqual(ids.slice(2, 4));
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(published[0]?.meta).toMatchObject({
      service: 'billing',
      correlationId: 'm-1',
      causationId: 'm-1',
      user: 'ada',
      traceparent: '00-a',
    });
  });

  it('is not done before everything is accepted', async () => {
    const handle = handlerIn(
      billing.options({ Payment: { publish: () => Promise.reject(new Error('Temporal is away')) } }),
      'Placed',
    );
    const cause = { id: 'o-1', meta: { msgId: 'm-1' }, event: placed.event };
    await expect(handle(cause as never, { topic: 'Order', eventType: 'Placed' } as never)).rejects.toThrow(
      'Temporal is away',
    );
  });

  it('publishes nothing when some of it is for nobody', async () => {
    const published: unknown[] = [];
    const wrong = defineEventMapper({
      name: 'Wrong',
      topics: [Order],
      to: [Payment],
      service: 'billing',
      map: {
        Order: () => [
          { topic: 'Payment', id: 'o-1', event: { type: 'Withdrawn' } } as const,
          { topic: 'Paiment', id: 'o-1', event: { type: 'Withdrawn' } } as never,
        ],
      },
    });
    const handle = handlerIn(
      wrong.options({ Payment: { publish: async (all) => void published.push(all) } }),
      'Placed',
    );
    const cause = { id: 'o-1', meta: { msgId: 'm-1' }, event: placed.event };
    await expect(handle(cause as never, { topic: 'Order' } as never)).rejects.toThrow(
      /has no topic among Payment/,
    );
    expect(published).toEqual([]);
  });

  it('is given an EventTopic for each topic that it publishes to', () => {
    expect(() => billing.options({} as never)).toThrow(
      /it publishes to Payment, and was given no EventTopic/,
    );
  });
});

/** As a collector looks it up. */
function handlerIn({ handlers }: { readonly handlers: unknown }, eventType: string) {
  return handlerOf(handlers as never, 'Order', eventType) as (...args: never[]) => Promise<void>;
}

describe('a side effect handler', () => {
  const keys: string[] = [];
  const mail = defineSideEffectHandler({
    name: 'Mail',
    topics: [Order],
    timeoutMs: 50,
    maxAttempts: 3,
    perform: {
      Order: {
        Placed: async ({ event }, { idempotencyKey }) => {
          keys.push(idempotencyKey);
          if (event.total === 0) throw new Error('the mail server is away');
          if (event.total < 0) throw new RefusedEvent('no such address');
          if (event.total > 100) await new Promise(() => {});
        },
        Cancelled: 'ignore',
      },
    },
  });
  const order = (total: number) =>
    ({ ...placed, event: { type: 'Placed', total }, meta: { msgId: 'm-1' } }) as const;

  it('hands in one key for every attempt at an event', async () => {
    await testSideEffect(mail, { when: order(1), expect: 'done' });
    await testSideEffect(mail, { when: order(1), attempt: 2, expect: 'done' });
    expect(new Set(keys).size).toBe(1);
  });

  it.each([
    ['is done', order(1), 1, 'done'],
    ['is nothing for an event that is ignored', cancelled, 1, 'ignored'],
    ['is tried again when it fails', order(0), 1, 'tried again'],
    ['is tried again when it takes too long', order(101), 1, 'tried again'],
    ['is refused when it failed as often as it may', order(0), 3, 'refused'],
    ['is refused at once when its handler says so', order(-1), 1, 'refused'],
  ] as const)('%s', async (_, when, attempt, ending) => {
    await testSideEffect(mail, { when, attempt, expect: ending });
  });

  it('fails its test when it ends otherwise', async () => {
    await expect(testSideEffect(mail, { when: order(0), expect: 'done' })).rejects.toThrow(
      /mail server is away/,
    );
  });
});

describe('a kind of collector', () => {
  it('is refused with everything that is wrong with it', () => {
    const define = (): unknown =>
      defineReadModel({
        name: 'a b',
        topics: [Order, Order],
        apply: { Order: 5, Other: 1 },
        clear: 1,
      } as never);
    expect(define).toThrow(/name is 1 to 80 letters/);
    expect(define).toThrow(/the topic Order is there twice/);
    expect(define).toThrow(/apply\.Order is a function/);
    expect(define).toThrow(/apply\.Other is for a topic that is not among topics/);
    expect(define).toThrow(/clear is a function/);
    try {
      define();
    } catch (error) {
      expect(isEventTopicError(error, 'INVALID_COLLECTOR')).toBe(true);
    }
  });
});
