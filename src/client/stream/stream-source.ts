/** What a stream is read from. */
export type StreamInput<Item> = AsyncIterable<Item> | Iterable<Item>;

/** Reads a source item by item, and knows how it has to be left. */
export class StreamSource<Item> {
  readonly #iterator: AsyncIterator<Item> | Iterator<Item>;
  #state: 'open' | 'reading' | 'ended' = 'open';

  constructor(source: StreamInput<Item>) {
    this.#iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  async next(): Promise<IteratorResult<Item>> {
    this.#state = 'reading';
    try {
      const result = await this.#iterator.next();
      this.#state = result.done ? 'ended' : 'open';
      return result;
    } catch (error) {
      this.#state = 'ended';
      throw error;
    }
  }

  /** Tells a source that has neither ended nor thrown that no more is read. Never rejects. */
  async close(): Promise<void> {
    if (this.#state === 'ended') return;
    const isReading = this.#state === 'reading';
    const closed = this.#return();
    // A generator that waits for its next event closes only when that event has come.
    if (!isReading) await closed;
  }

  async #return(): Promise<void> {
    try {
      await this.#iterator.return?.();
    } catch {
      // As in `for await`: why the source is left matters more than that it does not close well.
    }
  }
}
