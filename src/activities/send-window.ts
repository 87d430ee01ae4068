import {
  MAX_BATCHES_IN_FLIGHT,
  MAX_FULL_BATCHES_IN_FLIGHT,
  THROTTLE_MEMORY_MS,
  THROTTLE_PATIENCE_MS,
  THROTTLE_PAUSE_MS,
} from '../common/defaults.ts';

/**
 * How many requests may be in flight to one topic. Half as many when it throttles, and slowly more while it does not: what is
 * sent beyond its limit is refused, and comes late. Times are milliseconds since 1970.
 */
export class SendWindow {
  #most: number = MAX_FULL_BATCHES_IN_FLIGHT;
  #takenAt = Number.NEGATIVE_INFINITY;
  #throttledAt = Number.NEGATIVE_INFINITY;
  #narrowedAt = Number.NEGATIVE_INFINITY;

  /** Whether another request may leave, next to so many in flight. A full one gains nothing by waiting for events. */
  allows(inFlight: number, isFull: boolean, now: number): boolean {
    const most = isFull ? MAX_FULL_BATCHES_IN_FLIGHT : MAX_BATCHES_IN_FLIGHT;
    const isForgotten = now - this.#throttledAt > THROTTLE_MEMORY_MS;
    if (isForgotten) this.#most = MAX_FULL_BATCHES_IN_FLIGHT;
    return inFlight < Math.min(most, Math.floor(this.#most));
  }

  /** The topic has taken something lately: what it throttles now, it takes soon. */
  isMoving(now: number): boolean {
    return now - this.#takenAt <= THROTTLE_PATIENCE_MS;
  }

  taken(now: number): void {
    this.#takenAt = now;
    this.#most = Math.min(MAX_FULL_BATCHES_IN_FLIGHT, this.#most + 1 / this.#most);
  }

  /** One burst counts once, however many of its requests are refused. */
  throttled(inFlight: number, now: number): void {
    this.#throttledAt = now;
    if (now - this.#narrowedAt < THROTTLE_PAUSE_MS) return;
    this.#narrowedAt = now;
    this.#most = Math.max(1, Math.min(this.#most, inFlight) / 2);
  }
}
