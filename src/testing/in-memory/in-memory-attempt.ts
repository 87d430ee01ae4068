import type { Changes } from '../../client/changes.ts';
import type { AggregateEntries, AggregateOutcome, PublishFailure } from '../../common/protocol/activities.ts';
import { type InMemoryTarget, publishInOrder, retryable, retryDelay } from './in-memory-activities.ts';
import type { TestClock } from './test-clock.ts';

/** What all publishers of an in-memory topic share. */
export interface InMemoryContext {
  readonly target: InMemoryTarget;
  readonly clock: TestClock;
  /** Told when anything has happened. */
  readonly changes: Changes;
}

/** The activity failed, and is tried again after a while. */
export interface Retrying {
  readonly failure: PublishFailure;
  /** Number of the next try, the first one being 1. */
  readonly attempt: number;
}

/** A publish activity, and what became of it. */
export class InMemoryAttempt {
  readonly aggregates: readonly AggregateEntries[];
  /** One outcome per aggregate. Never rejects. */
  readonly outcomes: Promise<readonly AggregateOutcome[]>;
  readonly #context: InMemoryContext;
  readonly #ending = new AbortController();
  #retrying: Retrying | undefined;

  /** With `triesAgain` it is tried again while nothing is achieved, as Temporal tries an activity again. */
  constructor(aggregates: readonly AggregateEntries[], context: InMemoryContext, triesAgain: boolean) {
    this.aggregates = aggregates;
    this.#context = context;
    this.outcomes = this.#run(triesAgain);
  }

  /** Present while it waits for its next try. */
  get retrying(): Retrying | undefined {
    return this.#retrying;
  }

  /** Publishes no further event, and tries no more. Resolves when it has ended. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.outcomes;
  }

  async #run(triesAgain: boolean): Promise<readonly AggregateOutcome[]> {
    const { target, clock, changes } = this.#context;
    const { signal } = this.#ending;
    for (let attempt = 1; ; attempt += 1) {
      const outcomes = await Promise.all(
        this.aggregates.map((aggregate) => publishInOrder(target, aggregate, signal)),
      );
      const failure = triesAgain && !signal.aborted ? retryable(outcomes) : undefined;
      if (failure === undefined) return outcomes;
      this.#retrying = { failure, attempt: attempt + 1 };
      changes.notify();
      await clock.sleep(retryDelay(failure, attempt), signal);
      this.#retrying = undefined;
    }
  }
}
