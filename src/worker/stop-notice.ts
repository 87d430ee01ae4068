import type { Worker } from '@temporalio/worker';

const LOOK_EVERY_MS = 100;

/**
 * Says when a worker begins to shut down. Temporal tells an activity that only when the grace time is over, and one that waits for news of an
 * EventLog would make each deploy take that long.
 */
export class StopNotice {
  readonly name: string = 'temporal-event-topic.StopNotice';
  readonly #stopping = new AbortController();

  /** Aborts when the worker begins to shut down. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Temporal's hook of worker plugins. */
  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const timer = setInterval(() => {
      if (worker.getState() !== 'RUNNING' && worker.getState() !== 'INITIALIZED') this.#stopping.abort();
    }, LOOK_EVERY_MS);
    timer.unref();
    try {
      await next(worker);
    } finally {
      clearInterval(timer);
    }
  }
}
