import type { input } from 'zod/v4/core';
import type { EventMessage } from '../common/message.ts';
import type { DefaultEventType, EventMessageOf, EventTopicDefinition } from '../event-topic.ts';
import { own } from './own.ts';

/** What a handler is told beside the message. */
export interface HandlerContext<Transaction = unknown, Topic extends string = string> {
  readonly topic: Topic;
  /** Undefined for an event without a type. */
  readonly eventType: string | undefined;
  /** Aborts when the time for this event is over; what the handler writes with `transaction` after that is lost. */
  readonly signal: AbortSignal;
  /** Of the inbox: write with it, and the event's effects and its being remembered are there together, or neither. Undefined without an inbox, and with a {@link MemoryInbox}. */
  readonly transaction: Transaction;
  /** 1 at first; counted by this process, in Lambda by SQS. */
  readonly attempt: number;
  /** Audience, when the event was sent again on purpose. Undefined for one that was held in the inbox: how it came is not kept. */
  readonly republished: string | undefined;
}

/** Says what handlers write with, to the compiler only: see {@link transactionOf}. */
export interface TransactionOf<Transaction> {
  readonly transaction?: Transaction;
}

/**
 * The type of `context.transaction` where nothing else tells it: `transaction: transactionOf<PoolClient>()`. It does nothing; the inbox of the collector gives the transaction, and must be one of that type.
 */
export function transactionOf<Transaction>(): TransactionOf<Transaction> {
  return {};
}

/** Resolves when the event's effects are there: then it is never handled again. Rejects: it is, later; after a {@link RefusedEvent}, not. What it resolves with is not looked at. */
export type Handler<Message = EventMessage, Transaction = unknown, Topic extends string = string> = (
  message: Message,
  context: HandlerContext<Transaction, Topic>,
) => unknown;

/** The events of a type. Of a topic with an `eventType` of its own: all. */
export type EventOfType<Event, Type extends string> = [OfDefaultType<Event, Type>] extends [never]
  ? Event
  : OfDefaultType<Event, Type>;

type OfDefaultType<Event, Type extends string> = Event extends unknown
  ? Type extends DefaultEventType<Event>
    ? Event
    : never
  : never;

/** Of one topic: a handler for each event type, or `'ignore'`; or one function for all. */
export type TopicHandlers<Topic extends EventTopicDefinition, Transaction = unknown> =
  Topic extends EventTopicDefinition<infer Schema, infer Name, infer Type>
    ?
        | Handler<EventMessageOf<Topic>, Transaction, Name>
        | {
            readonly [Key in Type]:
              | Handler<EventMessage<EventOfType<input<Schema>, Key>>, Transaction, Name>
              | 'ignore';
          }
    : never;

/** The one of them that has this name. */
export type TopicOfName<Topics extends readonly EventTopicDefinition[], Name extends string> = Extract<
  Topics[number],
  { readonly name: Name }
>;

/** By topic, every one of them. */
export type Handlers<Topics extends readonly EventTopicDefinition[], Transaction = unknown> = {
  readonly [Name in Topics[number]['name']]: TopicHandlers<TopicOfName<Topics, Name>, Transaction>;
};

/** Handlers as they are looked up. */
export type UntypedHandlers = Readonly<
  Record<string, UntypedHandler | Readonly<Record<string, UntypedHandler | 'ignore'>>>
>;
export type UntypedHandler = Handler<EventMessage<never>, never, never>;

/** Who handles an event: a function, nobody on purpose, or nobody because none is known. */
export function handlerOf(
  handlers: UntypedHandlers | UntypedHandler,
  topic: string,
  eventType: string | undefined,
): UntypedHandler | 'ignore' | undefined {
  if (typeof handlers === 'function') return handlers;
  const ofTopic = own(handlers, topic);
  if (ofTopic === undefined || typeof ofTopic === 'function') return ofTopic;
  return own(ofTopic, eventType);
}
