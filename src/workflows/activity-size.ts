import type { PayloadLimits } from '../common/count-within.ts';
import { ACTIVITY_GROWTH, ACTIVITY_LIMITS } from '../common/defaults.ts';

/**
 * How many events an aggregate's next publish activity takes: as many as the ones before got through in their time. Each
 * activity costs a pause, and each event that it gives back costs its size in the history once more.
 */
export class ActivitySize {
  readonly #isGrowing: boolean;
  #maxEntries: number;

  constructor(isGrowing = false) {
    this.#isGrowing = isGrowing;
    this.#maxEntries = isGrowing ? ACTIVITY_GROWTH.first : ACTIVITY_LIMITS.maxEntries;
  }

  get limits(): PayloadLimits {
    return { maxEntries: this.#maxEntries, maxChars: ACTIVITY_LIMITS.maxChars };
  }

  /** An activity has published the first of the events that it took. */
  settle(taken: number, published: number): void {
    if (!this.#isGrowing) return;
    this.#maxEntries =
      published < taken
        ? Math.max(ACTIVITY_LIMITS.maxEntries, published)
        : Math.max(this.#maxEntries, Math.min(2 * taken, ACTIVITY_GROWTH.most));
  }
}
