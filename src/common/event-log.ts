import type { EventMessage } from './message.ts';

/** Reads one aggregate's stream of the application's EventLog. */
export interface EventStreamReader {
  /**
   * The aggregate's stored messages from that position on, each with its `position`, in order of position. A reader may
   * stop before the end, so fetch page by page; an aggregate without stored messages is an empty stream. Throw when the
   * EventLog does not answer: the read is tried again.
   */
  readStream(id: string, fromPosition: number): AsyncIterable<EventMessage>;
}

/**
 * A place in an EventLog's order: a text that only its adapter writes and reads. Of two checkpoints of one EventLog the one behind the
 * other is the larger text (`<`), so numbers have leading zeros. At most 1,000 characters.
 */
export type Checkpoint = string;

/** An event as the EventLog holds it. */
export interface StoredEvent {
  /** The event's own place: reading after it goes on behind the event. */
  readonly checkpoint: Checkpoint;
  /** When it was stored, by the store's clock: ISO 8601, UTC. */
  readonly storedAt: string;
  readonly message: EventMessage;
}

export interface ReadAllOptions {
  /** Most events that are wanted now: fetch no more than that. */
  readonly limit: number;
  /** Aborts when nobody waits for the answer any more: give up the query. */
  readonly signal: AbortSignal;
}

/**
 * The application's event store, as the relay reads it: what was stored for one EventTopic. Adapters here: `./event-log/postgres`, `emmett`,
 * `castore`; `eventLogContract` of `./testing` proves one of your own.
 *
 * What an adapter promises:
 *
 * - **Nothing appears behind a reader's back.** Once `readAll` has given an event, no event that it has not given will ever stand before it.
 *   Sequence numbers alone do not give that: they are drawn when a transaction inserts and seen when it commits, so a lower one can appear
 *   after a higher one. A reader that remembers the highest it has seen loses that event for good. Hold back what stands
 *   behind a place that a running transaction may still fill.
 * - Only what is committed.
 * - The order is the same in every read, and an aggregate's events stand in it in the order of their stream.
 */
export interface EventLog extends EventStreamReader {
  /**
   * The next stored events after that place, in order, `limit` at most; after nothing: from the first. Fewer, or none, when no more can be
   * given yet. Throw when the EventLog does not answer: the read is tried again. Throw `INVALID_CHECKPOINT` for a
   * checkpoint of another EventLog.
   */
  readAll(after: Checkpoint | undefined, options: ReadAllOptions): AsyncIterable<StoredEvent>;
  /**
   * Looks whether it can be read at all: throws `INVALID_EVENT_LOG` with what is wrong (a missing table, say) and what to do. Asked once when
   * a relay starts. Default: nothing is asked.
   */
  check?(signal: AbortSignal): Promise<void>;
  /** The place behind everything that is stored now, undefined while that is nothing. Default: a relay cannot begin at the end. */
  end?(signal: AbortSignal): Promise<Checkpoint | undefined>;
  /** How many events are stored after that place. Default: a relay does not say how many events it is behind. */
  countAfter?(after: Checkpoint | undefined, signal: AbortSignal): Promise<number>;
  /**
   * Resolves when there may be something new after that place, at the latest when `signal` aborts: a wake-up, by LISTEN/NOTIFY, say. It may
   * resolve for nothing, and miss something: a relay looks once in a while anyway. Default: it only does that.
   */
  untilNew?(signal: AbortSignal): Promise<void>;
  /** Which store it is, for messages and logs: a host and a table. Default: its class's name. */
  describe?(): string;
}
