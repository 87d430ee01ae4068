import type { PayloadLimits } from '../../../common/count-within.ts';
import { ACTIVITY_GROWTH, ACTIVITY_LIMITS } from '../../../common/defaults.ts';

/**
 * How many events an aggregate's next publish activity takes: as many as the ones before got through in their time. Each
 * activity costs a pause, and each event that it gives back costs its size in the history once more.
 */
export class ActivitySize {
  readonly #mayGrow: () => boolean;
  #maxEntries: number = ACTIVITY_GROWTH.first;

  /** `mayGrow` is asked only when so many wait that it makes a difference. */
  constructor(mayGrow: () => boolean) {
    this.#mayGrow = mayGrow;
  }

  /** What it takes when so many wait. */
  limitsFor(waiting: number): PayloadLimits {
    if (waiting <= ACTIVITY_LIMITS.maxEntries || !this.#mayGrow()) return ACTIVITY_LIMITS;
    return { ...ACTIVITY_LIMITS, maxEntries: this.#maxEntries };
  }

  /** An activity has published the first of the events that it took. */
  settle(taken: number, published: number): void {
    this.#maxEntries =
      published < taken
        ? Math.max(ACTIVITY_LIMITS.maxEntries, published)
        : Math.max(this.#maxEntries, Math.min(2 * taken, ACTIVITY_GROWTH.most));
  }
}
