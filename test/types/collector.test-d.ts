import type { Pool, PoolClient } from 'pg';
import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod/v4';
import {
  defineEventMapper,
  defineReadModel,
  defineSideEffectHandler,
  type EventCollectorOptions,
  type Handlers,
  type Inbox,
  type Upcasters,
  upcast,
} from '../../src/collector/index.ts';
import { type ClientOf, PostgresInbox } from '../../src/collector/postgres/index.ts';
import { defineEventTopic, type EventMessageOf } from '../../src/event-topic.ts';
import { Customer, RescriptCustomer } from '../support/messages.ts';

const Order = defineEventTopic({
  name: 'Order',
  ordering: 'position',
  event: z.union([z.object({ TAG: z.literal('Placed'), total: z.number() }), z.literal('Paid')]),
});
const nothing = async (): Promise<void> => {};

type Options = EventCollectorOptions<readonly [typeof Customer, typeof Order], PoolClient>;
type Queue = Pick<Options, 'queueUrl' | 'client'>;

describe('the handlers of a collector', () => {
  it('are complete: every topic, every event type, each with its event', () => {
    const handlers = {
      Customer: {
        Created: async ({ event }) => {
          expectTypeOf(event).toEqualTypeOf<{ type: 'Created'; name: string; address: string }>();
        },
        AddressChanged: 'ignore',
        NameChanged: async (_, { topic, transaction }) => {
          expectTypeOf(topic).toEqualTypeOf<'Customer'>();
          expectTypeOf(transaction).toEqualTypeOf<PoolClient>();
        },
        Deleted: 'ignore',
      },
      Order: {
        Placed: ({ event }) => void expectTypeOf(event).toEqualTypeOf<{ TAG: 'Placed'; total: number }>(),
        Paid: ({ event }) => void expectTypeOf(event).toEqualTypeOf<'Paid'>(),
      },
    } satisfies Handlers<readonly [typeof Customer, typeof Order], PoolClient>;
    expectTypeOf(handlers).not.toBeAny();
  });

  it('may be one function per topic, or one for all', () => {
    const perTopic: Handlers<readonly [typeof Order]> = {
      Order: ({ event }) => void expectTypeOf(event).toEqualTypeOf<EventMessageOf<typeof Order>['event']>(),
    };
    const all: Options = {
      ...({} as Queue),
      topics: [Customer, Order],
      handle: (_, { topic }) => void expectTypeOf(topic).toEqualTypeOf<'Customer' | 'Order'>(),
    };
    expectTypeOf(perTopic).not.toBeAny();
    expectTypeOf(all).not.toBeAny();
  });

  it('do not compile when a type or a topic is missing, or is there too much', () => {
    // @ts-expect-error Paid is missing
    const missing: Handlers<readonly [typeof Order]> = { Order: { Placed: nothing } };
    // @ts-expect-error Customer is missing
    const topic: Handlers<readonly [typeof Customer, typeof Order]> = { Order: nothing };
    const more = { Placed: nothing, Paid: nothing };
    // @ts-expect-error there is no Shipped
    const unknown: Handlers<readonly [typeof Order]> = { Order: { ...more, Shipped: nothing } };
    // @ts-expect-error handlers or handle
    const both: Options = {
      ...({} as Queue),
      topics: [Customer, Order],
      handle: nothing,
      handlers: { Customer: nothing, Order: nothing },
    };
    expectTypeOf([missing, topic, unknown, both]).not.toBeAny();
  });

  it('go by the types that the topic itself names', () => {
    const Reading = defineEventTopic({
      name: 'Reading',
      event: z.object({ kind: z.enum(['hot', 'cold']), value: z.number() }),
      eventType: ({ kind }) => kind,
    });
    const handlers: Handlers<readonly [typeof Reading]> = { Reading: { hot: nothing, cold: 'ignore' } };
    // @ts-expect-error cold is missing
    const missing: Handlers<readonly [typeof Reading]> = { Reading: { hot: nothing } };
    expectTypeOf([handlers, missing]).not.toBeAny();
  });
});

describe('an upcaster', () => {
  type Events = EventMessageOf<typeof Customer>['event'];

  it('ends in an event of the topic', () => {
    const renamed = upcast((v1: { type: 'Renamed'; to: string }) => ({
      type: 'NameChanged' as const,
      to: v1.to,
    })).next(({ type, to }) => ({ type, name: to }));
    const right: Upcasters<Events> = { Renamed: renamed };
    const toName = upcast((v1: { to: string }) => ({ type: 'NameChanged' as const, to: v1.to }));
    // @ts-expect-error it ends one step before
    const wrong: Upcasters<Events> = { Renamed: toName };
    expectTypeOf([right, wrong]).not.toBeAny();
  });

  it('takes at each step what the one before made', () => {
    upcast((v1: { a: string }) => ({ b: v1.a })).next((v2) => {
      expectTypeOf(v2).toEqualTypeOf<{ b: string }>();
      return v2;
    });
  });
});

describe('the inbox in PostgreSQL', () => {
  it('gives handlers what the pool of pg gives', () => {
    const inbox = new PostgresInbox({ pool: {} as Pool });
    expectTypeOf(inbox).toExtend<Inbox<PoolClient>>();
    expectTypeOf<ClientOf<Pool>>().toEqualTypeOf<PoolClient>();
  });
});

describe('the kinds of collector', () => {
  it('know events and transaction', () => {
    defineReadModel({
      name: 'Customers',
      topics: [Customer],
      init: async (client: PoolClient) => void client,
      apply: {
        Customer: {
          Created: async ({ event }, { transaction }) => {
            expectTypeOf(event.address).toEqualTypeOf<string>();
            expectTypeOf(transaction).toEqualTypeOf<PoolClient>();
          },
          AddressChanged: 'ignore',
          NameChanged: 'ignore',
          Deleted: 'ignore',
        },
      },
    });
    defineSideEffectHandler({
      name: 'Mail',
      topics: [RescriptCustomer],
      perform: {
        Customer: async (_, { idempotencyKey }) => void expectTypeOf(idempotencyKey).toEqualTypeOf<string>(),
      },
    });
  });

  it('publish only what their targets take', () => {
    defineEventMapper({
      name: 'Bill',
      topics: [Order],
      to: [Customer],
      service: 'billing',
      map: {
        Order: {
          Placed: ({ id }) => [{ topic: 'Customer', id, event: { type: 'Deleted' } }],
          Paid: 'ignore',
        },
      },
    });
    defineEventMapper({
      name: 'Bill',
      topics: [Order],
      to: [Customer],
      service: 'billing',
      // @ts-expect-error Customer has no event Billed
      map: { Order: ({ id }) => [{ topic: 'Customer', id, event: { type: 'Billed' } }] },
    });
  });
});
