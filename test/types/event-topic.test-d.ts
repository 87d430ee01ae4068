import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod/v4';
import { defineEventTopic, type EventMessageOf, type EventTopicDefinition } from '../../src/event-topic.ts';
import type { EventMessage, MessageMeta } from '../../src/index.ts';
import { Customer, RescriptCustomer } from '../support/messages.ts';

describe('the message type of a topic', () => {
  it('has the events of the schema', () => {
    type Message = EventMessageOf<typeof Customer>;

    expectTypeOf<Message['event']>().toEqualTypeOf<
      | { type: 'Created'; name: string; address: string }
      | { type: 'AddressChanged'; address: string }
      | { type: 'NameChanged'; name: string }
      | { type: 'Deleted' }
    >();
    expectTypeOf<Message['id']>().toEqualTypeOf<string>();
    expectTypeOf<Message['meta']>().toEqualTypeOf<MessageMeta>();
    expectTypeOf<Message['position']>().toEqualTypeOf<number | undefined>();
  });

  it('has those of the ReScript form, the bare string too', () => {
    type Event = EventMessageOf<typeof RescriptCustomer>['event'];

    expectTypeOf<Event>().toEqualTypeOf<
      | { TAG: 'Created'; name: string; address: string }
      | { TAG: 'AddressChanged'; _0: string }
      | { TAG: 'NameChanged'; _0: string }
      | 'Deleted'
    >();
  });

  it('has what is stored, not what the schema makes of it', () => {
    const Reading = defineEventTopic({
      name: 'Reading',
      event: z.object({ at: z.string().transform((text) => new Date(text)), unit: z.string().default('C') }),
    });

    expectTypeOf<EventMessageOf<typeof Reading>['event']>().toEqualTypeOf<{
      at: string;
      unit?: string | undefined;
    }>();
  });

  it('is an EventMessage', () => {
    expectTypeOf<EventMessageOf<typeof Customer>>().toExtend<EventMessage>();
  });

  it('cannot be changed', () => {
    const change = (message: EventMessageOf<typeof Customer>): void => {
      // @ts-expect-error the envelope is readonly
      message.id = 'C-2';
      // @ts-expect-error meta is readonly
      message.meta.msgId = 'm-2';
    };
    expectTypeOf(change).toBeFunction();
  });
});

describe('defineEventTopic', () => {
  it('gives the event to eventType with its type', () => {
    defineEventTopic({
      name: 'Order',
      event: z.object({ kind: z.enum(['Placed', 'Paid']) }),
      eventType: (event) => {
        expectTypeOf(event).toEqualTypeOf<{ kind: 'Placed' | 'Paid' }>();
        return event.kind;
      },
    });
  });

  it('does not compile with an eventType that reads what events do not have, or returns no text', () => {
    defineEventTopic({
      name: 'Order',
      event: z.object({ kind: z.string() }),
      // @ts-expect-error events have no type
      eventType: (event) => event.type,
    });
    defineEventTopic({
      name: 'Order',
      event: z.object({ kind: z.number() }),
      // @ts-expect-error the type of an event is a text
      eventType: (event) => event.kind,
    });
  });

  it('does not compile without name or schema, or with something that is no schema', () => {
    // @ts-expect-error the name is missing
    defineEventTopic({ event: z.string() });
    // @ts-expect-error the schema is missing
    defineEventTopic({ name: 'Order' });
    // @ts-expect-error not a zod schema
    defineEventTopic({ name: 'Order', event: { type: 'string' } });
  });

  it('makes a definition that goes wherever any definition goes', () => {
    expectTypeOf(Customer).toExtend<EventTopicDefinition>();
    expectTypeOf(RescriptCustomer).toExtend<EventTopicDefinition>();
    expectTypeOf(Customer.eventType).returns.toEqualTypeOf<
      'Created' | 'AddressChanged' | 'NameChanged' | 'Deleted' | undefined
    >();
  });
});
