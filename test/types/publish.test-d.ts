import type { Client } from '@temporalio/client';
import { describe, expectTypeOf, it } from 'vitest';
import {
  type AggregateStatus,
  EventTopic,
  type PublishOptions,
  type Retrying,
} from '../../src/client/index.ts';
import type { PublisherStatus, Receipt } from '../../src/index.ts';
import { Customer, customerMeta, RescriptCustomer } from '../support/messages.ts';

const client = {} as Client;
const topic = new EventTopic(Customer, { client });
const meta = customerMeta('m-1');

describe('publish', () => {
  it('takes messages of the topic', () => {
    expectTypeOf(topic.publish).toBeCallableWith([{ id: 'C-1', meta, event: { type: 'Deleted' } }]);
    expectTypeOf(topic.publish).toBeCallableWith([
      { id: 'C-1', meta, event: { type: 'NameChanged', name: 'Ada' }, position: 2 },
    ]);
    expectTypeOf(topic.publish).toBeCallableWith([]);
    const publish = () => topic.publish([]);
    expectTypeOf(publish).returns.toEqualTypeOf<Promise<void>>();
  });

  it('takes those of the ReScript form', () => {
    const rescript = new EventTopic(RescriptCustomer, { client });

    expectTypeOf(rescript.publish).toBeCallableWith([
      { id: 'C-1', meta, event: { TAG: 'NameChanged', _0: 'Ada' } },
      { id: 'C-1', meta, event: 'Deleted' },
    ]);
  });

  it('does not compile with events that the topic does not have', () => {
    const wrong = async (): Promise<void> => {
      // @ts-expect-error no such type of event
      await topic.publish([{ id: 'C-1', meta, event: { type: 'Renamed', name: 'Ada' } }]);
      // @ts-expect-error the name is missing
      await topic.publish([{ id: 'C-1', meta, event: { type: 'NameChanged' } }]);
      // @ts-expect-error the name is no text
      await topic.publish([{ id: 'C-1', meta, event: { type: 'NameChanged', name: 5 } }]);
      // @ts-expect-error the ReScript form belongs to another topic
      await topic.publish([{ id: 'C-1', meta, event: 'Deleted' }]);
    };
    expectTypeOf(wrong).toBeFunction();
  });

  it('does not compile with an incomplete envelope', () => {
    const event = { type: 'Deleted' } as const;
    const wrong = async (): Promise<void> => {
      // @ts-expect-error the id is missing
      await topic.publish([{ meta, event }]);
      // @ts-expect-error the meta is missing
      await topic.publish([{ id: 'C-1', event }]);
      // @ts-expect-error most of the meta is missing
      await topic.publish([{ id: 'C-1', meta: { service: 'crm', msgId: 'm-1' }, event }]);
      // @ts-expect-error the position is a number
      await topic.publish([{ id: 'C-1', meta, event, position: '1' }]);
      // @ts-expect-error an envelope has no such key
      await topic.publish([{ id: 'C-1', meta, event, tenant: 'acme' }]);
      // @ts-expect-error a single message is no list
      await topic.publish({ id: 'C-1', meta, event });
      // @ts-expect-error the user is no text
      await topic.publish([{ id: 'C-1', meta: { ...meta, user: null }, event }]);
    };
    expectTypeOf(wrong).toBeFunction();
  });
});

describe('the options of publish', () => {
  it('may have a signal by which the call is given up', () => {
    const { signal } = new AbortController();
    expectTypeOf(topic.publish).toBeCallableWith([], {});
    expectTypeOf(topic.publish).toBeCallableWith([], { signal });
    expectTypeOf<PublishOptions>().toEqualTypeOf<{
      readonly signal?: AbortSignal;
      readonly waitFor?: 'accepted';
    }>();
  });

  it('have nothing else', () => {
    const wrong = async (): Promise<void> => {
      // @ts-expect-error a controller is no signal
      await topic.publish([], { signal: new AbortController() });
      // @ts-expect-error only a call that waits has a timeout
      await topic.publish([], { timeout: 5 });
    };
    expectTypeOf(wrong).toBeFunction();
  });
});

describe('publish that waits', () => {
  it('resolves with a receipt per message', () => {
    const publish = () => topic.publish([], { waitFor: 'published', timeout: 5_000 });
    expectTypeOf(publish).returns.resolves.toEqualTypeOf<readonly Receipt[]>();
  });
});

describe('publishJson', () => {
  it('takes any JSON: the schema judges it', () => {
    expectTypeOf(topic.publishJson).parameters.toEqualTypeOf<[string, typeof meta, unknown]>();
  });
});

describe('the options of an EventTopic', () => {
  it('need a client', () => {
    // @ts-expect-error the client is missing
    const create = () => new EventTopic(Customer, {});
    expectTypeOf(create).toBeFunction();
  });

  it('have settings that a publisher knows', () => {
    const create = () => {
      new EventTopic(Customer, { client, settings: { lingerMs: 1 } });
      // @ts-expect-error no such setting
      new EventTopic(Customer, { client, settings: { linger: 1 } });
    };
    expectTypeOf(create).toBeFunction();
  });
});

describe('retry', () => {
  it('needs to know who operates and why', () => {
    const wrong = async (): Promise<void> => {
      // @ts-expect-error nobody operates
      await topic.retry('C-1');
      // @ts-expect-error no reason
      await topic.retry('C-1', { actor: 'ada' });
    };
    expectTypeOf(wrong).toBeFunction();
    expectTypeOf(topic.retry).returns.toEqualTypeOf<Promise<PublisherStatus>>();
  });
});

describe('status', () => {
  it('is narrowed by its state', () => {
    const read = async (): Promise<void> => {
      const status = await topic.status('C-1');
      if (status.state === 'unknown') expectTypeOf(status).not.toHaveProperty('pending');
      else expectTypeOf(status.pending).toEqualTypeOf<number>();
    };
    expectTypeOf(read).toBeFunction();
  });

  it('always says how many msgIds came with another content, and when it is tried again since when', () => {
    type Known = Exclude<AggregateStatus, { readonly state: 'unknown' }>;
    expectTypeOf<Known['conflicts']>().toEqualTypeOf<number>();
    expectTypeOf<Known['publishingSince']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Required<Known>['retrying']>().toEqualTypeOf<Retrying>();
    expectTypeOf<Retrying>().toEqualTypeOf<{
      readonly attempts: number;
      readonly since?: string;
      readonly reason: string;
    }>();
  });
});
