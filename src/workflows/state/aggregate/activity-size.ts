import type { PayloadLimits } from '../../../common/count-within.ts';
import { ACTIVITY_GROWTH, ACTIVITY_LIMITS } from '../../../common/defaults.ts';

/**
 * How many events an aggregate's next publish activity takes: as many as the ones before got through in their time. Each
 * activity costs a pause, and each event that it gives back costs its size in the history once more.
 */
export class ActivitySize {
  #maxEntries: number = ACTIVITY_GROWTH.first;

  /** What it takes. */
  get limits(): PayloadLimits {
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
