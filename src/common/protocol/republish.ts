// What a republish is told, remembers and says.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { Checkpoint } from '../event-log.ts';
import type { Operator } from './operate.ts';

/** Which stored events are sent again. All conditions count together. */
export interface RepublishSelection {
  /** Of these aggregates. Either these, or `all`. */
  readonly ids?: readonly string[];
  /** Of all aggregates of the topic. */
  readonly all?: true;
  /** Made then or later: `meta.time`, ISO. Default: from the first. */
  readonly fromTime?: string;
  /** Made before: `meta.time`, ISO. Default: to the last. */
  readonly toTime?: string;
  /** From this position of each stream on. Default: 1. */
  readonly fromPosition?: number;
  /** Up to this position of each stream. Default: the last. */
  readonly toPosition?: number;
  /** Of these types, as the topic tells them. Default: of all. */
  readonly eventTypes?: readonly string[];
}

/** Argument of the republish workflow, and of its activity. */
export interface RepublishInput {
  readonly topic: string;
  readonly republishId: string;
  readonly selection: RepublishSelection;
  /** Whom the messages are for. */
  readonly audience: string;
  /** Events per second at most. */
  readonly rate: number;
  readonly operator: Operator;
  /** How far it came. Absent at the begin. */
  readonly progress?: RepublishProgress;
}

/** Result, and heartbeat, of the republish's activity. */
export interface RepublishProgress {
  /** Where it goes on: behind a place, or, of chosen aggregates, behind a position of the one with that index. */
  readonly place?:
    | { readonly checkpoint: Checkpoint }
    | { readonly index: number; readonly position: number };
  /** Stored events that were looked at. */
  readonly read: number;
  /** Those that were selected and sent. */
  readonly published: number;
  /** Those that were selected and refused, by the topic's schema or by SNS. */
  readonly refused: number;
  /** The first of the refused ones, at most 20. */
  readonly refusals: readonly RefusedEvent[];
  readonly isDone: boolean;
}

export interface RefusedEvent {
  readonly id: string;
  readonly msgId: string;
  readonly reason: string;
}

/** Answer of the status query. */
export interface RepublishReport
  extends Pick<RepublishInput, 'topic' | 'republishId' | 'selection' | 'audience' | 'rate' | 'operator'> {
  readonly progress: RepublishProgress;
}
