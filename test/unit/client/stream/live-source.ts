import { type Deferred, deferred } from '../../../support/deferred.ts';
import type { CustomerMessage } from '../../../support/messages.ts';

/** A source that yields what the test gives it, when the test does, and records how it was left. */
export class LiveSource implements AsyncIterable<CustomerMessage>, AsyncIterator<CustomerMessage> {
  readonly #given: IteratorResult<CustomerMessage>[] = [];
  #asked: Deferred<IteratorResult<CustomerMessage>> | undefined;
  /** Calls of `return()`. */
  returned = 0;
  /** Items that were read. */
  taken = 0;

  [Symbol.asyncIterator](): this {
    return this;
  }

  give(...messages: readonly CustomerMessage[]): this {
    this.#given.push(...messages.map((value) => ({ value })));
    this.#answer();
    return this;
  }

  end(): this {
    this.#given.push({ value: undefined, done: true });
    this.#answer();
    return this;
  }

  /** The pending `next()` rejects. */
  throw(error: unknown): Promise<IteratorResult<CustomerMessage>> {
    this.#asked?.reject(error);
    return Promise.resolve({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<CustomerMessage>> {
    this.#asked = deferred<IteratorResult<CustomerMessage>>();
    const { promise } = this.#asked;
    this.#answer();
    return promise;
  }

  async return(): Promise<IteratorResult<CustomerMessage>> {
    this.returned += 1;
    return { value: undefined, done: true };
  }

  #answer(): void {
    if (this.#asked === undefined) return;
    const result = this.#given.shift();
    if (result === undefined) return;
    if (!result.done) this.taken += 1;
    this.#asked.resolve(result);
    this.#asked = undefined;
  }
}
