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
  /** Those of the entries whose receipts the sender waits for. */
  readonly awaited?: { readonly waiter: string; readonly msgIds: readonly string[] };
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

/** What orders an aggregate's events: their arrival, or their `position`. */
export type Ordering = 'arrival' | 'position';

/** One of a topic's partitions: 0 to `count - 1`. */
export interface PartitionRef {
  readonly index: number;
  readonly count: number;
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
}

/** A workflow that is open while an aggregate is parked. */
export interface ParkedMarker {
  readonly id: string;
  readonly workflowId: string;
  /** Of the parked event: another one gets another marker. */
  readonly msgId: string;
  readonly since: string;
}

/** Memo of a marker. */
export interface ParkedMemo {
  readonly eventTopicParked: ParkedAggregate;
}

/** A parked aggregate, as it is listed. */
export interface ParkedAggregate extends ParkedEvent {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  /** Workflow id of its publisher. */
  readonly publisher: string;
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
  /** The event at which it stopped; for a gap, the first one that waits behind it. */
  readonly msgId: string;
  /** SNS's error code; `Gap` or `PositionConflict` where the order by position cannot be kept. */
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

/** What an operator does with an aggregate. */
export type OperationName = 'retry' | 'skip' | 'replace' | 'pause' | 'resume';

/** Argument of the operators' updates. */
export interface OperationRequest extends Operator {
  /** Aggregate id. Absent: the one that the publisher serves. */
  readonly id?: string;
  /** The same for every try of one operation: it is done once. */
  readonly operationId?: string;
  /** The parked event that is meant. Another one is not touched. */
  readonly msgId?: string;
  /** For `replace`: what is published instead, with the same msgId. */
  readonly replacement?: PublishEntry;
}

/** An operation that was done. */
export interface Operation extends Operator {
  readonly operation: OperationName;
  /** ISO time. */
  readonly at: string;
  /** The event that it was done to. */
  readonly msgId?: string;
  readonly operationId?: string;
}

/** An aggregate that an operator has stopped. */
export interface Paused extends Operator {
  /** ISO time. */
  readonly since: string;
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

/** Early arrivals that a page holds. */
export interface EarlyPage extends BacklogPage {
  /** Lowest position among them. */
  readonly from: number;
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

/** A msgId or position that came again with another content. The first content is published, the other is not. */
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

/** Argument of the update that answers when messages are published. */
export interface AwaitRequest {
  /** Who waits: a client has one update at a time, and a new one ends the one before. */
  readonly waiter: string;
  readonly messages: readonly AwaitedMessage[];
}

export interface AwaitedMessage {
  readonly id: string;
  readonly msgId: string;
}

/** Answer of that update: at least one message, unless the run had to end. Ask again for the others. */
export interface AwaitResult {
  readonly settled: readonly Settled[];
}

/** What became of an awaited message. */
export type Settled = AwaitedMessage &
  (
    | { readonly outcome: 'published'; readonly receipt?: PublishReceipt }
    | { readonly outcome: 'parked'; readonly parked: ParkedEvent }
    | { readonly outcome: 'skipped' }
  );

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
