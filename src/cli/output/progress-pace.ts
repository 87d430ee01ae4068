/** Whether it is time to tell again how far something is: a person reads some lines a second at most. */
export class ProgressPace {
  readonly #everyMs: number;
  #last: number;

  /** What is over before it is time is not told at all. */
  constructor(everyMs: number, now = Date.now()) {
    this.#everyMs = everyMs;
    this.#last = now;
  }

  isDue(now = Date.now()): boolean {
    if (now - this.#last < this.#everyMs) return false;
    this.#last = now;
    return true;
  }
}
