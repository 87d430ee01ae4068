import { SendWindow } from '../../../src/activities/send-window.ts';
import { SNS_MAX_BATCH_ENTRIES } from '../../../src/common/defaults.ts';
import type { Agenda } from './agenda.ts';

interface Waiting {
  readonly aggregate: number;
  readonly sent: () => void;
}

/** The worker's batcher as `src/activities/batcher.ts` has it, without failures: the same window, at most one event of an aggregate in a request. */
export class SimulatedBatcher {
  readonly #agenda: Agenda;
  readonly #snsMs: number;
  readonly #window = new SendWindow();
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #isFlushScheduled = false;
  #requests = 0;

  constructor(agenda: Agenda, snsMs: number) {
    this.#agenda = agenda;
    this.#snsMs = snsMs;
  }

  get requests(): number {
    return this.#requests;
  }

  publish(aggregate: number, sent: () => void): void {
    this.#waiting.push({ aggregate, sent });
    this.#schedule();
  }

  /** What becomes ready at the same time leaves together. */
  #schedule(): void {
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    this.#agenda.after(0, () => {
      this.#isFlushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const isFull = (): boolean => this.#waiting.length >= SNS_MAX_BATCH_ENTRIES;
    while (this.#waiting.length > 0 && this.#window.allows(this.#inFlight, isFull(), this.#agenda.now)) {
      const batch = this.#waiting.slice(0, SNS_MAX_BATCH_ENTRIES);
      this.#waiting = this.#waiting.slice(SNS_MAX_BATCH_ENTRIES);
      this.#inFlight += 1;
      this.#requests += 1;
      this.#agenda.after(this.#snsMs, () => {
        this.#inFlight -= 1;
        for (const { sent } of batch) sent();
        this.#schedule();
      });
    }
  }
}
