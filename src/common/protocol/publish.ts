// What the client says when it publishes, and the input that its call may start a publisher with.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { PublishEntry } from './entry.ts';
import type { ParkedMarker } from './parked.ts';
import type { PublisherState, SetAsideSignals } from './state.ts';

/** Argument of the publish signal. */
export interface PublishRequest {
  readonly entries: readonly PublishEntry[];
  /** Those of the entries whose receipts the sender waits for. */
  readonly awaited?: { readonly waiter: string; readonly msgIds: readonly string[] };
}

/** What orders an aggregate's events: their arrival, or their `position`. */
export type Ordering = 'arrival' | 'position';

/** One of a topic's partitions: 0 to `count - 1`. */
export interface PartitionRef {
  readonly index: number;
  readonly count: number;
}

/** Settings of a publisher workflow, fixed by the call that starts it. */
export interface PublisherSettings {
  /** How long an idle publisher stays open, in milliseconds. */
  readonly lingerMs: number;
  /** How many msgIds are remembered at least, however old. */
  readonly rememberMsgIds: number;
  /** How long a msgId is remembered at least, in milliseconds, however many there are. */
  readonly rememberMs: number;
  /** A run continues as new when it has received this many signals (Temporal ends a run's signals at 10,000). */
  readonly maxSignalsPerRun: number;
  /** Ordering by position: how long the first events after a pause may sort themselves, in milliseconds. */
  readonly settleMs: number;
  /** Ordering by position: how long a missing position is waited for before the EventLog is asked, in milliseconds. */
  readonly gapTimeoutMs: number;
}

/** Argument of the publisher workflow: for one aggregate, or for a partition of many. */
export interface PublisherInput {
  readonly topic: string;
  /** Aggregate id. Absent when the publisher serves a partition. */
  readonly id?: string;
  /** Present when the publisher serves a partition. */
  readonly partition?: PartitionRef;
  /** Default: arrival. */
  readonly ordering?: Ordering;
  /** Settings that differ from the defaults. */
  readonly settings?: Partial<PublisherSettings>;
  /** Carried over from the run before. Absent in the first run. */
  readonly state?: PublisherState;
  /** Markers of parked aggregates that are open. */
  readonly markers?: readonly ParkedMarker[];
  /** What signals of earlier runs brought that was malformed. */
  readonly setAside?: SetAsideSignals;
}
