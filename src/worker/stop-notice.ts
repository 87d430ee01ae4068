import type { Worker } from '@temporalio/worker';

const LOOK_EVERY_MS = 100;

/** The part of a worker that says whether it shuts down. */
type WorkerState = Pick<Worker, 'getState'>;

/**
 * Says when workers begin to shut down. Temporal tells an activity that only when the grace time is over, and one that waits for news of an EventLog
 * would make each deploy take that long.
 */
export class StopNotice {
  readonly name: string = 'temporal-event-topic.StopNotice';
  readonly #running = new Set<WorkerState>();
  #stopping = new AbortController();

  /**
   * Aborts when the workers that run now begin to shut down. Several may share a notice, as the workers of a connection do its plugins: an activity does
   * not know whose it is, so it is told when all of them stop.
   */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Temporal's hook of worker plugins. */
  async runWorker<Running extends WorkerState>(
    worker: Running,
    next: (worker: Running) => Promise<void>,
  ): Promise<void> {
    this.#running.add(worker);
    if (this.#stopping.signal.aborted) this.#stopping = new AbortController();
    const timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    timer.unref();
    try {
      await next(worker);
    } finally {
      clearInterval(timer);
      this.#running.delete(worker);
    }
  }

  #look(): void {
    if ([...this.#running].every(isStopping)) this.#stopping.abort();
  }
}

function isStopping(worker: WorkerState): boolean {
  const state = worker.getState();
  return state !== 'RUNNING' && state !== 'INITIALIZED';
}
