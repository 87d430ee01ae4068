// What a run of the publisher says to the next one.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { PublishReceipt } from './activities.ts';
import type { PublishEntry, Refusal } from './entry.ts';
import type { Operation, Paused } from './operate.ts';
import type { BacklogPage, EarlyPage } from './pages.ts';
import type { ParkedEvent } from './parked.ts';

/** What a publisher of one aggregate, or of many, carries into its next run. */
export type PublisherState = PublishQueueState | PartitionState;

/** The memory of a partition's publisher; crosses continue-as-new. */
export interface PartitionState {
  /** Aggregates, the longest unused first. */
  readonly aggregates: readonly PartitionAggregateState[];
  /** Accepted, and not yet with its aggregate. */
  readonly inbox?: BacklogState;
  readonly isInboxLoading?: boolean;
  readonly receipts?: readonly PublishReceipt[];
}

/** One aggregate of a partition. */
export interface PartitionAggregateState extends PublishQueueState {
  readonly id: string;
  /** When it was used last: milliseconds since 1970. */
  readonly usedAt: number;
}

/** The memory of one aggregate; crosses continue-as-new. */
export interface PublishQueueState extends BacklogState {
  /** The first page has been asked for its events. */
  readonly isLoading?: boolean;
  /** Accepted msgIds with the time of acceptance (milliseconds since 1970) and the content's fingerprint, oldest first. */
  readonly remembered: readonly (readonly [msgId: string, acceptedAt: number, fingerprint?: string])[];
  readonly accepted: number;
  readonly published: number;
  readonly duplicates: number;
  readonly conflicts?: number;
  readonly lastConflict?: Conflict;
  readonly lastReceipt?: PublishReceipt;
  readonly parked?: ParkedEvent;
  readonly paused?: Paused;
  readonly failing?: Failing;
  /** Events that stand in the dead letter queue. */
  readonly deadLetters?: number;
  /** What operators did, newest last. */
  readonly operations?: readonly Operation[];
  /** With ordering by position. */
  readonly stream?: StreamState;
  /** Of a publisher of one aggregate: what SNS acknowledged lately. */
  readonly receipts?: readonly PublishReceipt[];
}

/** Accepted and not yet published, in order: `pending`, then what the pages hold, then `tail`. */
export interface BacklogState {
  readonly pending: readonly PublishEntry[];
  readonly pages?: readonly BacklogPage[];
  readonly tail?: readonly PublishEntry[];
}

/** What orders one aggregate's events by position. */
export interface StreamState {
  /** Position of the last event that has its place in the queue. Absent: not known. */
  readonly watermark?: number;
  /** Positions up to this one were passed over when the watermark was not known; absent when none were. */
  readonly floor?: number;
  /** Fingerprints of the last positions, newest last. */
  readonly recent?: readonly (readonly [position: number, fingerprint: string])[];
  /** Events that wait for an earlier one, by position. */
  readonly early?: readonly PublishEntry[];
  readonly earlyPages?: readonly EarlyPage[];
  /** Since when they wait: milliseconds since 1970. */
  readonly waitingSince?: number;
  /** The EventLog was asked for the missing ones, without success. */
  readonly isAsked?: boolean;
  /** The event that has the place of another one, while the aggregate is parked for that. */
  readonly conflicting?: PublishEntry;
  /** Events that came when their place had been passed over already. */
  readonly late?: number;
}

/** An aggregate of a partition whose events SNS does not take for now. */
export interface Failing extends Refusal {
  readonly kind: 'retry' | 'configuration';
  /** ISO time of the first failure. */
  readonly since: string;
  /** Failures in a row; counted anew from when it went on because SNS took events of others. */
  readonly attempts: number;
  /** When it is tried again: milliseconds since 1970. */
  readonly retryAt: number;
  /** It has gone on so since it last published or waited a minute. */
  readonly isReleased?: boolean;
}

/** A msgId or position that came again with another content. The first content is published, the other is not. */
export interface Conflict {
  readonly msgId: string;
  /** When it came again: ISO time. */
  readonly at: string;
}

/**
 * Signals, or single entries of them, that the publisher could not take: no client of this package sends such ones. They stand in the
 * workflow's history, and are not published.
 */
export interface SetAsideSignals {
  readonly count: number;
  /** When the last one came (ISO time), and what was wrong with it: where, never the content. */
  readonly last: { readonly at: string; readonly reason: string };
}
