import { REMEMBERED_OPERATIONS } from '../../../common/defaults.ts';
import type { Operation, OperationName, Paused } from '../../../common/protocol/operate.ts';
import type { ParkedEvent } from '../../../common/protocol/parked.ts';
import type { PublishQueueState } from '../../../common/protocol/state.ts';

/** Codes of parked events that no answer of SNS gave. */
export const GAP = 'Gap';
export const POSITION_CONFLICT = 'PositionConflict';

export type HaltState = Pick<PublishQueueState, 'parked' | 'paused' | 'operations'>;

/** What has stopped an aggregate: an event that retrying cannot cure, or an operator. And what operators did. */
export class Halt {
  #parked: ParkedEvent | undefined;
  #paused: Paused | undefined;
  #operations: readonly Operation[];

  constructor({ parked, paused, operations = [] }: HaltState = {}) {
    this.#parked = parked;
    this.#paused = paused;
    this.#operations = operations;
  }

  get parked(): ParkedEvent | undefined {
    return this.#parked;
  }

  get paused(): Paused | undefined {
    return this.#paused;
  }

  /** What operators did lately, newest last. */
  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** Whether an operator did this to that event lately. */
  wasDone(operation: OperationName, msgId: string): boolean {
    return this.#operations.some((done) => done.operation === operation && done.msgId === msgId);
  }

  /** Nothing leaves until somebody cures it. Behind a gap nothing is queued: what is before it goes on. */
  get isStopped(): boolean {
    return this.#paused !== undefined || (this.#parked !== undefined && this.#parked.code !== GAP);
  }

  park(parked: ParkedEvent): void {
    this.#parked = parked;
  }

  unpark(): void {
    this.#parked = undefined;
  }

  pause(paused: Paused): void {
    this.#paused = paused;
  }

  resume(): void {
    this.#paused = undefined;
  }

  /** Keeps what an operator did. */
  record(operation: Operation): void {
    this.#operations = [...this.#operations, operation].slice(-REMEMBERED_OPERATIONS);
  }

  snapshot(): HaltState {
    return {
      ...(this.#parked ? { parked: this.#parked } : {}),
      ...(this.#paused ? { paused: this.#paused } : {}),
      ...(this.#operations.length > 0 ? { operations: this.#operations } : {}),
    };
  }
}
