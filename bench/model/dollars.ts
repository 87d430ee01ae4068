import { BENCHMARK_EVENT_BYTES, type ResolvedInput } from './input.ts';
import { ACTION_TIERS, PRICES } from './limits.ts';
import type { Measured } from './measured.ts';
import { actionsOf, historyEventsOf, type Traffic } from './traffic.ts';
import type { Workers } from './workers.ts';

/** Of an hour. */
export interface Dollars {
  readonly actions: number;
  /** Closed ones, once so many have been kept as are ever kept. */
  readonly histories: number;
  /** Requests and what they carry, without deliveries. */
  readonly snsPublishes: number;
  readonly workers: number;
  readonly total: number;
}

const HOUR = 3_600;
/** Of 30 days, as docs/guides/deploy.md has it. */
const HOURS_OF_MONTH = 720;
/** An event's copies in a history: the signal's, and the activity's. */
const COPIES = 2;
/** SNS bills what a request carries in pieces of so many bytes, each as a request. */
const SNS_REQUEST_BYTES = 65_536;

interface Setting {
  readonly input: ResolvedInput;
  readonly measured: Measured;
  readonly workers: Workers;
}

export function dollarsOf(traffic: Traffic, { input, measured, workers }: Setting): Dollars {
  const { workerVcpu, workerGb } = input;
  const ofWorker = workerVcpu * PRICES.vcpu_hour.value + workerGb * PRICES.memory_gigabyte_hour.value;
  const parts = {
    actions: dollarsOfActions(actionsOf(traffic)),
    histories: retainedGb(traffic, input, measured) * PRICES.retained_gigabyte_hour.value,
    snsPublishes: dollarsOfPublishes(traffic, input),
    workers: workers.count * ofWorker,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, each) => sum + each, 0) };
}

/** Of an hour of a month in which there are always so many: the month's bill, by its tiers, in equal parts. */
export function dollarsOfActions(actionsPerSecond: number): number {
  const millions = (actionsPerSecond * HOUR * HOURS_OF_MONTH) / 1e6;
  let [dollars, from] = [0, 0];
  for (const { upTo, dollarsPerMillion } of ACTION_TIERS) {
    dollars += Math.max(0, Math.min(millions, upTo) - from) * dollarsPerMillion;
    from = upTo;
  }
  return dollars / HOURS_OF_MONTH;
}

function retainedGb(
  traffic: Traffic,
  { eventsPerSecond, eventBytes, retentionDays }: ResolvedInput,
  { bytes }: Measured,
): number {
  const ofEvent = bytes.event + COPIES * (eventBytes - BENCHMARK_EVENT_BYTES);
  const perSecond = ofEvent * eventsPerSecond + bytes.historyEvent * historyEventsOf(traffic);
  return (perSecond * retentionDays * 24 * HOUR) / 1e9;
}

function dollarsOfPublishes({ snsCalls }: Traffic, { eventsPerSecond, eventBytes }: ResolvedInput): number {
  const bytesOfCall = (eventsPerSecond / snsCalls) * eventBytes;
  const requests = snsCalls * Math.ceil(bytesOfCall / SNS_REQUEST_BYTES);
  const gb = (eventsPerSecond * eventBytes * HOUR) / 1e9;
  const ofRequests = (requests * HOUR * PRICES.million_sns_requests.value) / 1e6;
  return ofRequests + gb * PRICES.sns_published_gigabyte.value;
}
