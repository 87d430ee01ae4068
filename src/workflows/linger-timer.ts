import { sleep } from '@temporalio/workflow';

/**
 * Tells when nothing has happened for a while, with one timer per period: work while the timer runs does not cancel it
 * (each timer costs history events and a billed action), it only makes the next one wait for the remainder.
 */
export class LingerTimer {
  readonly #lingerMs: number;
  #touchedAt = Date.now();
  #running = false;
  elapsed = false;

  constructor(lingerMs: number) {
    this.#lingerMs = lingerMs;
  }

  /** Something happened: the period starts again. */
  touch(): void {
    this.#touchedAt = Date.now();
    this.elapsed = false;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let remaining = this.#lingerMs;
    while (remaining > 0) {
      await sleep(remaining, { summary: 'close when idle' });
      remaining = this.#touchedAt + this.#lingerMs - Date.now();
    }
    this.#running = false;
    this.elapsed = true;
  }
}
