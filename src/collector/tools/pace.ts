import { setTimeout as sleep } from 'node:timers/promises';

/** Lets so many pass a second, evenly. */
export class Pace {
  readonly #everyMs: number;
  #nextAt = 0;

  constructor(rate: number) {
    this.#everyMs = 1_000 / rate;
  }

  /** Resolves when it is one's turn, or the signal aborts. */
  async turn(signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#everyMs;
    if (at - now < 1) return;
    await sleep(at - now, undefined, { signal }).catch(() => undefined);
  }
}
