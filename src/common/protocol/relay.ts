// What a relay is told, remembers and says.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { Checkpoint } from '../event-log.ts';
import type { Ordering, PublisherSettings } from './publish.ts';

/**
 * `tail`: publishes every event; the application only stores. `sweep`: publishes what the application stored and, because it died or Temporal
 * did not answer, did not hand over.
 */
export type RelayMode = 'sweep' | 'tail';

/** Where a relay begins: before everything that is stored, behind it, or behind a place. */
export type RelayFrom = 'beginning' | 'end' | { readonly checkpoint: Checkpoint };

export interface RelaySettings {
  /** Time between two looks at the EventLog, in milliseconds. */
  readonly everyMs: number;
  /** Sweep: how old an event is before it counts as not handed over, in milliseconds. */
  readonly graceMs: number;
  /** Sweep: how far each look goes back behind the last one, in milliseconds. */
  readonly lookBackMs: number;
  /** Most events that are read and handed over together. */
  readonly pageEvents: number;
  /** A relay waits while this many events wait in a publisher that it publishes to. */
  readonly maxPending: number;
}

/** How the topic is published: what its definition and the client say. */
export interface RelayTarget {
  readonly ordering: Ordering;
  readonly partitions?: number;
  readonly settings?: Partial<PublisherSettings>;
  /** Of the publisher workflows. */
  readonly taskQueue: string;
}

/** Argument of the relay workflow. */
export interface RelayInput {
  readonly topic: string;
  readonly mode: RelayMode;
  /** Absent in later runs. */
  readonly from?: RelayFrom;
  readonly target: RelayTarget;
  readonly settings: RelaySettings;
  /** Carried over from the run before, or from a relay that has ended. */
  readonly state?: RelayState;
  /** The state is of a relay that has ended, who knows how: `from` is where it stood, and what comes next may have been handed over. */
  readonly isResumed?: boolean;
}

/** The memory of a relay; crosses continue-as-new. */
export interface RelayState {
  /** Absent: before everything. */
  readonly checkpoint?: Checkpoint;
  /** Sweep: where it stood when, the oldest first: milliseconds since 1970. */
  readonly marks?: readonly (readonly [checkpoint: Checkpoint | null, at: number])[];
  readonly totals: RelayCounts;
  readonly lastPass?: RelayPass;
  /** What the EventLog says of itself. */
  readonly eventLog: string;
}

export interface RelayCounts {
  /** Events that were read. */
  readonly read: number;
  /** Tail: those that are handed over, some by an attempt before. */
  readonly published: number;
  /** Those that had not been handed over, and now are. */
  readonly healed: number;
  /** Those that the topic refuses: their aggregates park at them. */
  readonly refused: number;
}

/** What one activity of a relay came to. */
export interface RelayPass extends RelayCounts {
  /** When it ended: ISO time. */
  readonly at: string;
  readonly lag: RelayLag;
}

/** How far a relay is behind its EventLog. */
export interface RelayLag {
  /** Events stored behind the checkpoint. Absent when the EventLog does not count them. */
  readonly events?: number;
  /** Age of the oldest of them, as far as known. */
  readonly seconds: number;
}

export interface OpenRelayInput {
  readonly topic: string;
  readonly from: RelayFrom;
}

export interface OpenRelayResult {
  readonly checkpoint?: Checkpoint;
  readonly eventLog: string;
}

export interface RelayEventsInput {
  readonly topic: string;
  readonly mode: RelayMode;
  readonly target: RelayTarget;
  readonly settings: RelaySettings;
  /** Read what comes after it. Absent: from the first. */
  readonly after?: Checkpoint;
  /** What comes next may have been handed over: an earlier activity did not say how far it came. */
  readonly isUncertain?: boolean;
  /** A publisher in which too many events wait: nothing is read before it has worked off enough. */
  readonly heldBy?: BusyPublisher;
}

export interface BusyPublisher {
  readonly workflowId: string;
  /** One of its aggregates. */
  readonly id: string;
}

/** Result, and heartbeat, of the relay's activity. */
export interface RelayProgress extends RelayCounts {
  readonly checkpoint?: Checkpoint;
  readonly lag: RelayLag;
  /** It ended with the time it had: there is more. */
  readonly isMore: boolean;
  /** As in the input, for the next one. */
  readonly isUncertain?: boolean;
  readonly heldBy?: BusyPublisher;
}

/** Answer of the status query. */
export interface RelayReport extends RelayState {
  readonly topic: string;
  readonly mode: RelayMode;
  readonly settings: RelaySettings;
  readonly target: RelayTarget;
}

/** Argument of the workflow, and of its activity, that compares. */
export interface VerifyInput {
  readonly topic: string;
  readonly target: RelayTarget;
  /** Only what was stored then or later: ISO time. Default: everything. */
  readonly from?: string;
  /** Only what was stored before: ISO time. Default: everything. */
  readonly to?: string;
}

/** What became of the stored events. */
export interface VerifyReport {
  /** Events that were compared. */
  readonly checked: number;
  /** SNS has acknowledged them, or their dead letters. */
  readonly published: number;
  /** Accepted, and not yet published. */
  readonly waiting: number;
  /** Dropped by an operator. */
  readonly skipped: number;
  /** Stored longer ago than Temporal keeps the histories of closed workflows, and no history says anything of them. */
  readonly unknown: number;
  /** Nobody has them: publish them. */
  readonly missing: number;
  /** The first of the missing ones, at most 1,000. */
  readonly holes: readonly Hole[];
  /** Aggregates of the topic that are parked now. */
  readonly parked: number;
}

/** A stored event that was not handed over. */
export interface Hole {
  readonly id: string;
  readonly msgId: string;
  readonly position?: number;
  readonly storedAt: string;
  readonly checkpoint: Checkpoint;
}
