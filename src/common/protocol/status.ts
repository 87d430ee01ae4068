// What a publisher says of itself.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { PublishReceipt } from './activities.ts';
import type { Operation, Paused } from './operate.ts';
import type { ParkedEvent } from './parked.ts';
import type { PartitionRef } from './publish.ts';
import type { Conflict, Failing, SetAsideSignals } from './state.ts';

/** Answer of the status query. */
export interface PublisherStatus {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  readonly state: 'idle' | 'publishing' | 'parked' | 'paused';
  /** Accepted and not yet published. */
  readonly pending: number;
  /** Totals since the publisher opened. */
  readonly accepted: number;
  readonly published: number;
  /** Repeated msgIds that were dropped. */
  readonly duplicates: number;
  /** Repeated msgIds that came with another content than the first time: dropped too, and a bug of the caller's. */
  readonly conflicts: number;
  readonly lastConflict?: Conflict;
  /** Since when SNS has not acknowledged anything of what is under way: ISO time. Absent when nothing is. */
  readonly publishingSince?: string;
  /** msgId of the event that is next to be published. */
  readonly next?: string;
  readonly lastReceipt?: PublishReceipt;
  readonly parked?: ParkedEvent;
  readonly paused?: Paused;
  /** In a partition: SNS does not take the next event for now. */
  readonly failing?: Failing;
  readonly deadLetters?: number;
  /** What operators did, newest last; at most 10. */
  readonly operations?: readonly Operation[];
  /** With ordering by position: where the stream stands. */
  readonly position?: PositionStatus;
  /** Of the whole partition, when the publisher serves one. */
  readonly partition?: PartitionStatus;
  /** What signals brought that was not published, for it was malformed. Absent when nothing was. */
  readonly setAside?: SetAsideSignals;
}

/** Where an aggregate's stream stands, with ordering by position. */
export interface PositionStatus {
  /** Position of the last event that has its place in the queue. Absent: not known yet. */
  readonly watermark?: number;
  /** Events that wait for an earlier one. */
  readonly early: number;
  /** The positions that are missing, while there are early events. */
  readonly missing?: { readonly from: number; readonly to: number };
  /** Events that came when their place had been passed over already, and were published all the same. */
  readonly late: number;
}

/** A partition's publisher as a whole. */
export interface PartitionStatus extends PartitionRef {
  /** Aggregates that it knows. */
  readonly aggregates: number;
  /** Of all its aggregates: accepted and not yet published. */
  readonly pending: number;
  readonly parked: number;
}
