import { HEARTBEAT_EVERY_MS, LEASE_MS } from '../common/defaults.ts';

/**
 * How long an attempt may take itself for the one that Temporal counts on: since its last heartbeat. A process that was frozen, its machine paused or moved,
 * wakes as if nothing had been; the next attempt has long published what this one is about to send, and SNS's memory of it may be over.
 */
export class Lease {
  #renewedAt = Date.now();
  #isOver = false;

  /** Ask before something leaves: a clock tells of a paused machine at once, timers do not. Once false, always false. */
  isHeld(): boolean {
    this.#isOver ||= Date.now() - this.#renewedAt > LEASE_MS;
    return !this.#isOver;
  }

  renew(): void {
    if (this.isHeld()) this.#renewedAt = Date.now();
  }
}

/** Heartbeats by `beat` while `work` is under way: only by heartbeats does an activity learn that it is cancelled. */
export async function withHeartbeats<Result>(
  beat: () => void,
  work: (lease: Lease) => Promise<Result>,
): Promise<Result> {
  const lease = new Lease();
  const timer = setInterval(() => {
    lease.renew();
    beat();
  }, HEARTBEAT_EVERY_MS);
  try {
    return await work(lease);
  } finally {
    clearInterval(timer);
  }
}
