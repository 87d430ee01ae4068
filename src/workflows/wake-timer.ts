import { sleep } from '@temporalio/workflow';

/** Wakes the workflow at a time. Timers that are no longer needed run out by themselves: to cancel one costs as much. */
export class WakeTimer {
  #wakesAt: number | undefined;

  /** Whether the workflow wakes at that time at the latest: milliseconds since 1970. */
  isArmed(at: number): boolean {
    return this.#wakesAt !== undefined && this.#wakesAt <= at;
  }

  /** Milliseconds since 1970; does nothing when the workflow wakes before that anyway. */
  arm(at: number | undefined): void {
    if (at === undefined || this.isArmed(at)) return;
    this.#wakesAt = at;
    void this.#wake(at);
  }

  async #wake(at: number): Promise<void> {
    await sleep(Math.max(1, at - Date.now()), { summary: 'try again, or look for missing events' });
    if (this.#wakesAt === at) this.#wakesAt = undefined;
  }
}
