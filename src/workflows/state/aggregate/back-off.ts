import { RETRY_FIRST_DELAY_MS, RETRY_MAX_DELAY_MS } from '../../../common/defaults.ts';
import type { PublishFailure } from '../../../common/protocol/activities.ts';
import type { Failing } from '../../../common/protocol/state.ts';
import { toIso } from '../iso-time.ts';

/** The wait of one aggregate of a partition while SNS does not take its next event: longer after each failure in a row. */
export class BackOff {
  #failing: Failing | undefined;
  #isWaiting: boolean;

  constructor(failing?: Failing) {
    this.#failing = failing;
    this.#isWaiting = failing !== undefined;
  }

  /** The failures in a row; undefined when something was published since. */
  get failing(): Failing | undefined {
    return this.#failing;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** When `due` is to be called: milliseconds since 1970; undefined while it does not wait. */
  get dueAt(): number | undefined {
    return this.#isWaiting ? this.#failing?.retryAt : undefined;
  }

  fail({ kind, code, reason }: PublishFailure, now: number): void {
    if (kind === 'event') return;
    const { since = toIso(now), attempts = 0, isReleased } = this.#failing ?? {};
    const retryAt = now + delayAfter(attempts + 1);
    const released = isReleased ? { isReleased } : {};
    this.#failing = { kind, code, reason, since, attempts: attempts + 1, retryAt, ...released };
    this.#isWaiting = true;
  }

  /** Time has passed. */
  due(now: number): void {
    if (!this.#failing || !this.#isWaiting || now < this.#failing.retryAt) return;
    this.#isWaiting = false;
    // Whatever let it go on with others then, it is long ago.
    const { isReleased: _, ...failing } = this.#failing;
    if (delayAfter(failing.attempts) === RETRY_MAX_DELAY_MS) this.#failing = failing;
  }

  /** SNS takes events of others: it need not wait any longer. Only once, for it may be its own event that SNS fails at. */
  goOn(now: number): void {
    if (!this.#failing || !this.#isWaiting || this.#failing.isReleased) return;
    this.#failing = { ...this.#failing, attempts: 0, retryAt: now, isReleased: true };
    this.#isWaiting = false;
  }

  /** SNS takes events again, or never will. */
  end(): void {
    this.#failing = undefined;
    this.#isWaiting = false;
  }
}

function delayAfter(attempts: number): number {
  return Math.min(RETRY_FIRST_DELAY_MS * 2 ** (attempts - 1), RETRY_MAX_DELAY_MS);
}
