import type { EventPublisher } from './event-publisher.ts';

/** The room in one request to a publisher. */
export class BatchRoom {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #entries = 0;
  #bytes = 0;

  constructor({ maxBatchEntries, maxBatchBytes = Number.POSITIVE_INFINITY }: EventPublisher) {
    this.#maxEntries = maxBatchEntries;
    this.#maxBytes = maxBatchBytes;
  }

  /** Not another event fits, however small. */
  get isFull(): boolean {
    return this.#entries >= this.#maxEntries;
  }

  /** Takes the first events of these sizes, as many as fit, and says how many. One that fits nowhere goes alone. */
  take(sizes: readonly number[]): number {
    const overflow = sizes.findIndex((bytes) => !this.#takeOne(bytes));
    return overflow === -1 ? sizes.length : overflow;
  }

  #takeOne(bytes: number): boolean {
    const fits = this.#entries < this.#maxEntries && this.#bytes + bytes <= this.#maxBytes;
    if (!fits && this.#entries > 0) return false;
    this.#entries += 1;
    this.#bytes += bytes;
    return true;
  }
}
