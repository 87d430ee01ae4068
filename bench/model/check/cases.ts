import { type Estimate, estimate } from '../estimate.ts';
import type { ScaleInput } from '../input.ts';
import { ASSUMED } from '../limits.ts';
import type { Measured } from '../measured.ts';
import { coresOf } from '../workers.ts';
import { CHECK_SECONDS, type Checked } from './record.ts';

/** One situation of the model that can be had on one machine in half a minute. */
export interface CheckCase {
  readonly name: string;
  readonly input: Omit<ScaleInput, 'eventsPerSecond'>;
  /** CPU of the worker in cores, by the model: it says how many events per second that is. */
  readonly cores: number;
  /** Publishers are open before the clock starts, as they are after the first ten minutes. */
  readonly isOpen: boolean;
  /** Default: Temporal's own. */
  readonly maxCachedWorkflows?: number;
}

/** Short, so that publishers close within the run, and what that costs is in it. */
const SHORT_LINGER_SECONDS = 3;
const MANY = 1_000_000;

const open = { name: 'per aggregate, open', input: { aggregates: 100, zipf: 0 }, isOpen: true } as const;
const cold = {
  name: 'per aggregate, each event its first',
  input: { aggregates: MANY, zipf: 0, lingerSeconds: SHORT_LINGER_SECONDS },
  isOpen: false,
} as const;
const partitions = {
  name: '8 partitions',
  input: { aggregates: 1_000, zipf: 0.8, partitions: 8 },
  isOpen: false,
} as const;

export const CASES: readonly CheckCase[] = [
  { ...open, cores: 0.1 },
  { ...open, cores: 0.5 },
  { ...cold, cores: 0.1 },
  { ...cold, name: `${cold.name}, not cached`, cores: 0.1, maxCachedWorkflows: 2 },
  { ...partitions, cores: 0.1 },
  { ...partitions, cores: 0.5 },
];

/** What the model says of it: one client, the dev server and the stub, whose round trips are known. */
export function predicted({ input, cores }: CheckCase, measured: Measured): Estimate {
  const at = (eventsPerSecond: number): Estimate => {
    const here = { clients: 1, temporalMs: measured.signalMs, snsMs: ASSUMED.snsMs.value };
    return estimate({ ...input, ...here, eventsPerSecond }, measured);
  };
  let [low, high] = [0.01, 10_000];
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (coresOfOneWorker(at(middle), measured) > cores) high = middle;
    else low = middle;
  }
  return at(low);
}

/** What the model says once it knows how many events came, and how long round trips took: to Temporal for the signal and for the task, then to SNS. */
export function afterwards(
  { input }: CheckCase,
  { events, publishedP50 }: Pick<Checked, 'events' | 'publishedP50'>,
  measured: Measured,
): Estimate {
  const snsMs = ASSUMED.snsMs.value;
  const there = { clients: 1, temporalMs: (publishedP50 - snsMs) / 2, snsMs };
  return estimate({ ...input, ...there, eventsPerSecond: events / CHECK_SECONDS }, measured);
}

/** When one worker does all of it. */
export function coresOfOneWorker({ traffic, input }: Estimate, measured: Measured): number {
  return coresOf(traffic, input.eventsPerSecond, measured) + measured.workerCores;
}
