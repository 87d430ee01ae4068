import { workflowInfo } from '@temporalio/workflow';
import { MAX_UPDATES_PER_RUN } from '../common/defaults.ts';

/** How much of what Temporal allows one run has been used. It tells when events and bytes are many, but not signals, nor updates. */
export class RunLength {
  readonly #maxSignals: number;
  #signals = 0;
  #updates = 0;

  constructor(maxSignals: number) {
    this.#maxSignals = maxSignals;
  }

  countSignal(): void {
    this.#signals += 1;
  }

  countUpdate(): void {
    this.#updates += 1;
  }

  /** The run is to continue as new. */
  get isReached(): boolean {
    return (
      this.#signals >= this.#maxSignals ||
      this.#updates >= MAX_UPDATES_PER_RUN ||
      workflowInfo().continueAsNewSuggested
    );
  }
}
