import { sleep } from '@temporalio/workflow';

/**
 * Tells when nothing has happened for a while, with one timer per period: work while the timer runs does not cancel it
 * (each timer costs history events and a billed action), it only makes the next one wait for the remainder.
 */
export class LingerTimer {
  readonly #closesAt: () => number;
  #isRunning = false;

  /** `closesAt`: when the period is over unless something happens; milliseconds since 1970. */
  constructor(closesAt: () => number) {
    this.#closesAt = closesAt;
  }

  /** To be called when something has happened: the period has begun again. */
  arm(): void {
    if (!this.#isRunning && this.#remaining > 0) void this.#run();
  }

  /** The period is over. Not before its timer says so: time alone wakes no workflow. */
  get hasElapsed(): boolean {
    return !this.#isRunning && this.#remaining <= 0;
  }

  get #remaining(): number {
    return this.#closesAt() - Date.now();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#remaining > 0) await sleep(this.#remaining, { summary: 'close when idle' });
    this.#isRunning = false;
  }
}
