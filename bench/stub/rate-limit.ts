/** Burst that the limit lets through at once, in seconds of its rate. */
const BURST_SECONDS = 0.1;

/** A token bucket of messages. */
export class RateLimit {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, now: number) {
    this.#perMs = perSecond / 1_000;
    this.#burst = Math.max(10, perSecond * BURST_SECONDS);
    this.#tokens = this.#burst;
    this.#filledAt = now;
  }

  /** Whether so many messages may pass now. All or none. */
  takes(messages: number, now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    if (this.#tokens < messages) return false;
    this.#tokens -= messages;
    return true;
  }
}
