import { GapRead } from './gap-read.ts';
import { asksBeforeBeginning } from './patches.ts';
import { PublishAttempt } from './publish-attempt.ts';
import type { Publisher } from './state/publisher.ts';

/** The activities of a publisher that have not ended yet: those that publish, and those that ask the EventLog. */
export class UnderWay {
  readonly #publisher: Publisher;
  readonly #topic: string;
  readonly #attempts = new Set<PublishAttempt>();
  readonly #reads = new Set<GapRead>();

  constructor(publisher: Publisher, topic: string) {
    this.#publisher = publisher;
    this.#topic = topic;
  }

  /** Some have ended, and `settle` has not been told. */
  get hasEnded(): boolean {
    return [...this.#attempts, ...this.#reads].some(({ isDone }) => isDone);
  }

  /** The EventLog is being asked. */
  get isReading(): boolean {
    return [...this.#reads].some(({ isDone }) => !isDone);
  }

  /** Publishes the next events. */
  publish(): void {
    this.#attempts.add(new PublishAttempt(this.#publisher.take(Date.now())));
  }

  /** Asks the EventLog for what has been missing long enough, or where to begin. Says for how many aggregates something is missing. */
  readGaps(): number {
    const gaps = this.#publisher.gapsDue(Date.now(), asksBeforeBeginning);
    for (const gap of gaps) this.#reads.add(new GapRead(this.#topic, gap));
    return gaps.filter(({ isFirst }) => !isFirst).length;
  }

  /** Tells the publisher what ended activities achieved. */
  settle(): void {
    for (const attempt of this.#attempts) {
      const { aggregates, outcomes } = attempt;
      if (!outcomes) continue;
      this.#attempts.delete(attempt);
      this.#publisher.settle(aggregates, outcomes, Date.now());
    }
    for (const read of this.#reads) {
      if (!read.isDone) continue;
      this.#reads.delete(read);
      this.#publisher.gapAsked(read.gap, read.answer, Date.now());
    }
  }

  /**
   * Ends all of them, for the run has to end. A publish activity retries for ever, so it is cancelled, and awaited: the next run must
   * know that no request is in flight. Reads are cancelled only.
   */
  async cancel(): Promise<void> {
    for (const read of this.#reads) read.cancel();
    await Promise.all([...this.#attempts].map((attempt) => attempt.cancel()));
  }

  /** Ends those that publish events of an aggregate. Resolves when no request of them is in flight any more. */
  async cancelOf(id: string | undefined): Promise<void> {
    const ofIt = [...this.#attempts].filter(({ aggregates }) => aggregates.some((one) => one.id === id));
    await Promise.all(ofIt.map((attempt) => attempt.cancel()));
  }
}
