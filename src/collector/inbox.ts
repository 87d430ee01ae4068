import type { EventMessage } from '../common/message.ts';
import type { Ordering } from '../common/protocol/publish.ts';

/** An event at the door of one collector. */
export interface Arrival {
  /** Name of the collector: each remembers for itself. */
  readonly collector: string;
  readonly topic: string;
  /** As it was published. Of a topic that orders by position it has one. */
  readonly message: EventMessage;
  /** `arrival`: repeats are known by msgId. `position`: by the aggregate's watermark, the position that was handled last. */
  readonly ordering: Ordering;
  /** Take the event although events before it are missing: the watermark leaps. Default: false. */
  readonly acceptGap?: boolean;
}

/** An aggregate, as one collector sees it. */
export interface InboxAggregate {
  readonly collector: string;
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
}

/** What became of an arrival. */
export type InboxAnswer =
  /** Its effects and its being remembered are there, both. `held`: events that came early may be next now. */
  | { readonly outcome: 'handled'; readonly held: boolean }
  /** It was handled before: nothing was run. */
  | { readonly outcome: 'duplicate'; readonly held: boolean }
  /** Nothing was run: the event of that position has not been handled. Of topics that order by position. */
  | { readonly outcome: 'early'; readonly expected: number };

/** An aggregate that waits for an event which did not come. */
export interface HeldAggregate extends InboxAggregate {
  /** The position that is missing. */
  readonly expected: number;
  /** Events that wait behind it. */
  readonly count: number;
  /** Since when: ISO 8601, UTC. */
  readonly since: string;
}

/**
 * Remembers what a collector has handled, so that a repeat has no effect. Implementations here: {@link MemoryInbox}, `PostgresInbox`, `DynamoDbInbox`;
 * `inboxContract` of `./testing` proves one of your own.
 *
 * `Transaction`: what a handler writes with, so that its effects and the memory of them are there together, or neither.
 */
export interface Inbox<Transaction = unknown> {
  /**
   * Runs the handler, unless the event was handled before or comes early, and remembers the event with what the handler wrote: both, or neither. Of two
   * calls for one aggregate at the same time one waits, or fails. When `run` rejects, nothing is remembered and the call rejects with that; likewise when `signal` aborts before the commit:
   * what the handler then still does must have no effect on the transaction.
   */
  handle(
    arrival: Arrival,
    run: (transaction: Transaction) => Promise<void>,
    signal: AbortSignal,
  ): Promise<InboxAnswer>;
  /**
   * Keeps an event that came early, durably, until the ones before it are handled; not when it was handled meanwhile. Repeats change nothing. Waits for a `handle` of the aggregate that runs: either that one says `held` then, or
   * `nextHeld` after this call gives the event.
   */
  hold(arrival: Arrival): Promise<void>;
  /**
   * Of the events that are held, the one that is next: its position is the watermark's, plus one. With `before`: the first one behind the watermark and below that position, whatever is missing before it. `handle` forgets it again.
   */
  nextHeld(
    aggregate: InboxAggregate,
    options?: { readonly before?: number },
  ): Promise<EventMessage | undefined>;
  /** Aggregates of the collector with held events, at most `limit`, longest first. Default limit: 100. */
  held(collector: string, options?: { readonly limit?: number }): Promise<readonly HeldAggregate[]>;
  /** The position that was handled last, 0 when none was. Of topics that order by position. */
  position(aggregate: InboxAggregate): Promise<number>;
  /** Forgets everything of the collector, or what it knows of these topics: its read model begins anew. In a transaction, when one is given. */
  forget(collector: string, options?: ForgetOptions<Transaction>): Promise<void>;
  /** Runs something else in a transaction of its own: all of it is there in the end, or nothing. */
  transact(work: (transaction: Transaction) => Promise<void>): Promise<void>;
}

export interface ForgetOptions<Transaction> {
  /** Names of topics. Default: all. */
  readonly topics?: readonly string[];
  /** Together with what else this transaction does. Default: one of its own. */
  readonly transaction?: Transaction;
}
