import { pick, seeded } from './prng.ts';

/** What can happen to a request. The three `answer…` leave the client in doubt: SNS has taken the entries. */
export type RequestFault =
  | 'InternalError'
  | 'Throttled'
  | 'KMSThrottling'
  | 'reset'
  | 'answerLost'
  | 'answerLate'
  | 'answerInternalError';

// How often, in percent of the tries. Late answers cost the client its whole timeout, so they are rare.
const REQUEST_FAULTS: readonly (readonly [RequestFault, number])[] = [
  ['InternalError', 5],
  ['Throttled', 4],
  ['KMSThrottling', 4],
  ['reset', 4],
  ['answerLost', 5],
  ['answerInternalError', 3],
  ['answerLate', 2],
];
const ENTRY_FAULT_PERCENT = 6;
const ENTRY_FAULTS = ['InternalError', 'Throttled', 'KMSThrottling'] as const;

/** A try after this many passes: what is tested are faults, not Temporal's growing delays between tries. */
const MAX_FAULTY_TRIES = 4;

/** An entry on its way, and how often it has come before. */
export interface Try {
  readonly msgId: string;
  readonly previous: number;
}

/**
 * Decides what happens to requests. The decision hangs on seed, msgId and number of the try alone: so an event meets the
 * same faults in every run of a seed, however the processes happen to take turns.
 */
export class FaultPlan {
  readonly #seed: number;
  #isStopped = false;
  #spell: RequestFault | undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** From now on every request passes. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Refuses every request until `endSpell`. */
  beginSpell(fault: 'InternalError' | 'Throttled' | 'reset'): void {
    this.#spell = fault;
  }

  endSpell(): void {
    this.#spell = undefined;
  }

  /** What happens to a request whose first entry this is. */
  forRequest({ msgId, previous }: Try): RequestFault | undefined {
    if (this.#isStopped) return undefined;
    if (this.#spell !== undefined) return this.#spell;
    if (previous >= MAX_FAULTY_TRIES) return undefined;
    let rest = seeded(this.#seed, 'request', msgId, previous)() * 100;
    for (const [fault, percent] of REQUEST_FAULTS) {
      rest -= percent;
      if (rest < 0) return fault;
    }
    return undefined;
  }

  /** The code with which SNS refuses this entry of a request that it takes otherwise. */
  forEntry({ msgId, previous }: Try): string | undefined {
    if (this.#isStopped || previous >= MAX_FAULTY_TRIES) return undefined;
    const random = seeded(this.#seed, 'entry', msgId, previous);
    return random() * 100 < ENTRY_FAULT_PERCENT ? pick(random, ENTRY_FAULTS) : undefined;
  }
}
