// What operators say, and what is kept of it.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { PublishEntry } from './entry.ts';

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
