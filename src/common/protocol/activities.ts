// What the publisher workflow says to its activities, and what they answer.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { PublishEntry, Refusal } from './entry.ts';

/** Events of one aggregate, in order. */
export interface AggregateEntries {
  readonly id: string;
  readonly entries: readonly PublishEntry[];
}

/** Argument of the publish activity: each aggregate at most once. */
export interface PublishEventsInput {
  readonly topic: string;
  readonly aggregates: readonly AggregateEntries[];
  /** Return failures always: the workflow of a partition waits by itself, so that no aggregate holds up another. */
  readonly returnFailures?: boolean;
  /** How many accepted events the publisher has besides these. Measured, nothing else. Absent: none. */
  readonly waiting?: number;
}

/** Result of the publish activity: one outcome per aggregate of the input, in the same order. */
export interface PublishEventsResult {
  readonly outcomes: readonly AggregateOutcome[];
}

/** What became of one aggregate's entries: the first `receipts.length` are published, the others are not. */
export interface AggregateOutcome {
  readonly receipts: readonly PublishReceipt[];
  /** Why it stopped before the end. Absent when everything was published, or when the activity ran out of time. */
  readonly failure?: PublishFailure;
}

/** SNS's acknowledgement of one message, or its dead letter. */
export interface PublishReceipt {
  readonly msgId: string;
  /** Absent when SNS refused the message and it is a dead letter instead. */
  readonly snsMessageId?: string;
  /** FIFO topics: larger for later messages of the same aggregate. Absent on standard topics. */
  readonly sequenceNumber?: string;
  /** Why SNS refused the message, which stands in the dead letter queue instead. */
  readonly deadLetter?: Refusal;
}

/** Why an event was not published, and what cures it: see `classifyError`. */
export interface PublishFailure {
  /** `retry`: time cures it. `event`: only another event or an operator does. `configuration`: an operator does. */
  readonly kind: 'retry' | 'event' | 'configuration';
  /** SNS's error code without the suffix `Exception`, as `Throttled`; or the name of a network error. */
  readonly code: string;
  readonly reason: string;
}

/** Argument of the activity that reads missing events from the EventLog. */
export interface ReadStreamInput {
  readonly topic: string;
  readonly id: string;
  /** First and last position that are missing. */
  readonly from: number;
  readonly to: number;
  /** What was published before is not known: where to begin is asked, and not for events. */
  readonly isFirst?: boolean;
}

/** Result of the activity that reads missing events: those that the EventLog has, in order of position. */
export interface ReadStreamResult {
  readonly entries: readonly PublishEntry[];
  /** False: the worker has no EventLog to ask. */
  readonly asked: boolean;
  /** When where to begin was asked, and is known: the last position that is not the publisher's business any more. */
  readonly watermark?: number;
}
