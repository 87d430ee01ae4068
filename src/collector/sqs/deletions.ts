import { SQS_BATCH } from '../../common/defaults.ts';
import type { ReceivedMessage } from './received-message.ts';
import type { SqsQueue } from './sqs-queue.ts';

const MOST_IN_FLIGHT = 4;

export interface DeletionsOptions {
  readonly queue: Pick<SqsQueue, 'delete'>;
  /** It is gone; or, with an error, it comes again and its inbox drops it. */
  readonly ended: (message: ReceivedMessage, error?: unknown) => void;
}

/** Deletes what is handled, in batches that fill while requests are in flight. */
export class Deletions {
  readonly #options: DeletionsOptions;
  readonly #waiting: ReceivedMessage[] = [];
  #inFlight = 0;
  #idle: (() => void)[] = [];

  constructor(options: DeletionsOptions) {
    this.#options = options;
  }

  add(message: ReceivedMessage): void {
    this.#waiting.push(message);
    // What ends in the same turn leaves together.
    setImmediate(() => this.#send());
  }

  /** Resolves when nothing is left to be deleted. */
  async idle(): Promise<void> {
    if (this.#inFlight === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #send(): void {
    while (this.#waiting.length > 0 && this.#mayLeave()) {
      this.#inFlight += 1;
      void this.#delete(this.#waiting.splice(0, SQS_BATCH)).finally(() => {
        this.#inFlight -= 1;
        this.#send();
      });
    }
    if (this.#inFlight > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** The first one at once; further ones at the same time when they are full. */
  #mayLeave(): boolean {
    return this.#inFlight === 0 || (this.#inFlight < MOST_IN_FLIGHT && this.#waiting.length >= SQS_BATCH);
  }

  async #delete(messages: readonly ReceivedMessage[]): Promise<void> {
    try {
      const left = new Set(await this.#options.queue.delete(messages));
      for (const message of messages) {
        if (left.has(message)) this.#options.ended(message, new Error('SQS did not delete it'));
        else this.#options.ended(message);
      }
    } catch (error) {
      for (const message of messages) this.#options.ended(message, error);
    }
  }
}
