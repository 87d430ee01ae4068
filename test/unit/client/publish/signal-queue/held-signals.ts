import type { SendSignal } from '../../../../../src/client/publish/signal-queue.ts';
import { type Deferred, deferred, settled } from '../../../../support/deferred.ts';
import { msgIdsOf } from '../../../../support/messages.ts';

/** Signals that wait until the test answers them. */
export class Signals {
  readonly sent: (readonly string[])[] = [];
  readonly #answers: Deferred<void>[] = [];

  readonly send: SendSignal = (entries) => {
    this.sent.push(msgIdsOf(entries));
    const answer = deferred();
    this.#answers.push(answer);
    return answer.promise;
  };

  /** Temporal accepts the oldest signal that has no answer yet. */
  async accept(): Promise<void> {
    this.#answers.shift()?.resolve();
    await settled();
  }

  /** Temporal fails it. */
  async fail(error: unknown): Promise<void> {
    this.#answers.shift()?.reject(error);
    await settled();
  }
}
