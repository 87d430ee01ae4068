// What client, publisher workflow and activity say to each other. All of it is plain JSON and stands in histories:
// fields may be added as optional ones, never renamed or given another meaning.
import type { EventMessage } from './message.ts';

/** A message on its way, with what only the application's spec knows about it. */
export interface PublishEntry {
  readonly message: EventMessage;
  /** Value of the SNS attribute `eventType`; absent when the event has none. */
  readonly eventType?: string;
  /** Where the body is, when it is too large for SNS; `message.event` is null then. */
  readonly claimCheck?: ClaimCheck;
}

/** A body that is held by S3 instead of travelling: docs/spec/wire-format.md, "Claim check". */
export interface ClaimCheck {
  readonly bucket: string;
  readonly key: string;
  /** Size of the body. */
  readonly bytes: number;
}

/** Argument of the publish signal. */
export interface PublishRequest {
  readonly entries: readonly PublishEntry[];
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
}

/** Argument of the publisher workflow. */
export interface PublisherInput {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  /** Settings that differ from the defaults. */
  readonly settings?: Partial<PublisherSettings>;
  /** Carried over from the run before. Absent in the first run. */
  readonly state?: PublishQueueState;
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

/** Why SNS refused a message. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** Why an event was not published, and what cures it: see `classifyError`. */
export interface PublishFailure {
  /** `retry`: time cures it. `event`: only another event or an operator does. `configuration`: an operator does. */
  readonly kind: 'retry' | 'event' | 'configuration';
  /** SNS's error code without the suffix `Exception`, as `Throttled`; or the name of a network error. */
  readonly code: string;
  readonly reason: string;
}

/** An aggregate stopped at an event that retrying cannot cure. */
export interface ParkedEvent {
  readonly msgId: string;
  readonly code: string;
  readonly reason: string;
  /** ISO time. */
  readonly since: string;
}

/** Who operates, and why: kept in history. */
export interface Operator {
  readonly actor: string;
  readonly reason: string;
}

/** Events that a page workflow holds for a publisher. */
export interface BacklogPage {
  /** Workflow id of the page. */
  readonly page: string;
  /** How many events it holds. */
  readonly count: number;
}

/** Argument of the page workflow, and of the signal by which it gives its events back. */
export interface PageContent {
  readonly entries: readonly PublishEntry[];
}

/** Argument of the signal by which a page gives its events back. */
export interface LoadedPage extends PageContent {
  readonly page: string;
}

/** Accepted and not yet published, in order: `pending`, then what the pages hold, then `tail`. */
export interface BacklogState {
  readonly pending: readonly PublishEntry[];
  readonly pages?: readonly BacklogPage[];
  readonly tail?: readonly PublishEntry[];
}

/** The publisher's whole memory; crosses continue-as-new. */
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
}

/** A msgId that came again with another content. The first content is published, the other is not. */
export interface Conflict {
  readonly msgId: string;
  /** When it came again: ISO time. */
  readonly at: string;
}

/** Answer of the status query. */
export interface PublisherStatus {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  readonly state: 'idle' | 'publishing' | 'parked';
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
}

/** Events of one aggregate, in order. */
export interface AggregateEntries {
  readonly id: string;
  readonly entries: readonly PublishEntry[];
}

/** Argument of the publish activity: each aggregate at most once. */
export interface PublishEventsInput {
  readonly topic: string;
  readonly aggregates: readonly AggregateEntries[];
}

/** What became of one aggregate's entries: the first `receipts.length` are published, the others are not. */
export interface AggregateOutcome {
  readonly receipts: readonly PublishReceipt[];
  /** Why it stopped before the end. Absent when everything was published, or when the activity ran out of time. */
  readonly failure?: PublishFailure;
}

/** Result of the publish activity: one outcome per aggregate of the input, in the same order. */
export interface PublishEventsResult {
  readonly outcomes: readonly AggregateOutcome[];
}

/** Argument of the activity that reads missing events from the EventLog. */
export interface ReadStreamInput {
  readonly topic: string;
  readonly id: string;
  /** First and last position that are missing. */
  readonly from: number;
  readonly to: number;
}

/** Result of the activity that reads missing events: those that the EventLog has, in order of position. */
export interface ReadStreamResult {
  readonly entries: readonly PublishEntry[];
  /** False: the worker has no EventLog to ask. */
  readonly asked: boolean;
}
