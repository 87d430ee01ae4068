import { spreadOf } from '../spread.ts';
import { Pick } from './pick.ts';
import { seeded, untilNext } from './random.ts';

export interface OpenPublishersInput {
  readonly callsPerSecond: number;
  readonly aggregates: number;
  readonly zipf: number;
  readonly lingerSeconds: number;
  /** What is counted; before that, twice the linger time passes. */
  readonly seconds: number;
  readonly seed: number;
}

export interface OpenPublishers {
  /** On average. */
  readonly open: number;
  readonly startsPerCall: number;
  readonly timersPerCall: number;
}

interface Run {
  openedAt: number;
  calledAt: number;
  timerEndsAt: number;
}

/** Publishers that open with a call, and close when their linger timer runs out and no call has come since it was set. */
export function simulateOpenPublishers(input: OpenPublishersInput): OpenPublishers {
  const { callsPerSecond, aggregates, zipf, lingerSeconds, seconds, seed } = input;
  const random = seeded(seed);
  const pick = new Pick(spreadOf(aggregates, zipf), random);
  const count = new Counting(2 * lingerSeconds, lingerSeconds);
  const end = 2 * lingerSeconds + seconds;
  for (let now = 0; now < end; now += untilNext(random, callsPerSecond)) count.call(pick.next(), now);
  return count.result(end);
}

class Counting {
  readonly #from: number;
  readonly #linger: number;
  readonly #runs = new Map<number, Run>();
  #calls = 0;
  #starts = 0;
  #timers = 0;
  #openSeconds = 0;

  constructor(from: number, linger: number) {
    this.#from = from;
    this.#linger = linger;
  }

  call(aggregate: number, now: number): void {
    this.#pass(aggregate, now);
    if (now >= this.#from) this.#calls += 1;
    const run = this.#runs.get(aggregate);
    if (run) run.calledAt = now;
    else {
      this.#runs.set(aggregate, { openedAt: now, calledAt: now, timerEndsAt: now + this.#linger });
      if (now >= this.#from) this.#starts += 1;
      this.#timerAt(now);
    }
  }

  result(end: number): OpenPublishers {
    for (const aggregate of [...this.#runs.keys()]) this.#pass(aggregate, end);
    for (const run of this.#runs.values()) this.#wasOpen(run, end);
    return {
      open: this.#openSeconds / (end - this.#from),
      startsPerCall: this.#starts / this.#calls,
      timersPerCall: this.#timers / this.#calls,
    };
  }

  /** Timers of one aggregate that have run out by now. */
  #pass(aggregate: number, now: number): void {
    const run = this.#runs.get(aggregate);
    while (run && run.timerEndsAt <= now) {
      const closesAt = run.calledAt + this.#linger;
      if (closesAt <= run.timerEndsAt) {
        this.#wasOpen(run, run.timerEndsAt);
        this.#runs.delete(aggregate);
        return;
      }
      this.#timerAt(run.timerEndsAt);
      run.timerEndsAt = closesAt;
    }
  }

  #timerAt(now: number): void {
    if (now >= this.#from) this.#timers += 1;
  }

  #wasOpen({ openedAt }: Run, until: number): void {
    this.#openSeconds += Math.max(0, until - Math.max(openedAt, this.#from));
  }
}
