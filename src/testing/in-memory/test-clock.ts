/** Something that happens at a time, unless it is cancelled before. */
export interface Alarm {
  cancel(): void;
}

interface Pending {
  readonly at: number;
  readonly ring: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** Time that passes by itself, and that a test can push ahead. */
export class TestClock {
  readonly #source: () => number;
  readonly #pending = new Set<Pending>();
  #ahead = 0;

  constructor(source: () => number) {
    this.#source = source;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#source() + this.#ahead;
  }

  alarm(at: number, ring: () => void): Alarm {
    const pending: Pending = { at, ring, timer: undefined };
    this.#pending.add(pending);
    this.#arm(pending);
    return { cancel: () => this.#drop(pending) };
  }

  /** Resolves after that time, or when the signal is aborted. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    let wake: () => void = () => undefined;
    const slept = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const alarm = this.alarm(this.now() + ms, wake);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
    await slept;
    alarm.cancel();
    signal.removeEventListener('abort', wake);
  }

  /** Lets the time pass at once. What is due meanwhile happens at its time, and is over when `quiet` resolves. */
  async advance(ms: number, quiet: () => Promise<void>): Promise<void> {
    await quiet();
    const target = this.now() + ms;
    for (let next = this.#nextUntil(target); next; next = this.#nextUntil(target)) {
      this.#pushTo(next.at);
      this.#ring(next);
      await quiet();
    }
    this.#pushTo(target);
  }

  /** Looks again when the source says that it is not yet time, as one that stands still does. */
  #arm(pending: Pending): void {
    const delay = Math.min(Math.max(0, pending.at - this.now()), MAX_TIMEOUT_MS);
    pending.timer = setTimeout(() => {
      if (this.now() < pending.at) this.#arm(pending);
      else this.#ring(pending);
    }, delay);
    // A test that has ended must not be kept alive by an event that is tried for ever.
    pending.timer.unref?.();
  }

  #nextUntil(target: number): Pending | undefined {
    const due = [...this.#pending].filter(({ at }) => at <= target);
    return due.sort((a, b) => a.at - b.at)[0];
  }

  #pushTo(time: number): void {
    this.#ahead += Math.max(0, time - this.now());
  }

  #ring(pending: Pending): void {
    this.#drop(pending);
    pending.ring();
  }

  #drop(pending: Pending): void {
    clearTimeout(pending.timer);
    this.#pending.delete(pending);
  }
}

/** Node fires longer timers at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
