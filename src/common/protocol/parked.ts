// What is said of parked aggregates: on the status, and by the markers that list them.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.

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
