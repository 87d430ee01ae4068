import { type ResolvedInput, resolveInput, type ScaleInput } from './input.ts';
import { ASSUMED, PRICES } from './limits.ts';
import { cpuMsOf, type Measured, measuredCosts } from './measured.ts';
import { actionsOf, historyEventsOf, requestsOf, type Traffic, trafficOf } from './traffic.ts';
import { type Use, usesOf } from './uses.ts';

/** What it takes. */
export interface Estimate {
  readonly input: ResolvedInput;
  readonly traffic: Traffic;
  readonly actionsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly historyEventsPerSecond: number;
  readonly workers: Workers;
  readonly dollarsPerHour: Dollars;
  /** The one that binds first comes first. */
  readonly uses: readonly Use[];
}

export interface Workers {
  /** CPU in cores when events leave as they come. */
  readonly cores: number;
  /** The same when they come faster than that, and leave in full batches; only where partitions fill them. */
  readonly coresInFullBatches: number | undefined;
  /** Memory in GB when all open publishers are cached. */
  readonly cacheGb: number;
  readonly forCpu: number;
  readonly forMemory: number;
  /** The larger one, and never fewer than two: one may die. */
  readonly count: number;
}

export interface Dollars {
  readonly actions: number;
  readonly histories: number;
  readonly snsPublishes: number;
  readonly workers: number;
  readonly total: number;
}

/** A cached partition, by the SDK's own rule of thumb for a cached workflow. */
const PARTITION_KB = 1_024;
const LEAST_WORKERS = 2;
const HOUR = 3_600;

export function estimate(wanted: ScaleInput, measured: Measured = measuredCosts()): Estimate {
  const input = resolveInput(wanted);
  const traffic = trafficOf(input);
  const workers = workersOf(traffic, input, measured);
  return {
    input,
    traffic,
    actionsPerSecond: actionsOf(traffic),
    requestsPerSecond: requestsOf(traffic),
    historyEventsPerSecond: historyEventsOf(traffic),
    workers,
    dollarsPerHour: dollarsOf(traffic, { input, measured, workers }),
    uses: usesOf(traffic, input, measured),
  };
}

/** CPU in cores that grows with the events; each worker takes `workerCores` beside. */
export function coresOf(traffic: Traffic, eventsPerSecond: number, { cpuMs }: Measured): number {
  const each = {
    historyEvents: historyEventsOf(traffic) / eventsPerSecond,
    snsCalls: traffic.snsCalls / eventsPerSecond,
  };
  return (cpuMsOf(each, cpuMs) * eventsPerSecond) / 1_000;
}

function workersOf(traffic: Traffic, input: ResolvedInput, measured: Measured): Workers {
  const { eventsPerSecond, partitions, workerVcpu, workerGb } = input;
  const ofEvents = coresOf(traffic, eventsPerSecond, measured);
  const publisherKb = partitions === undefined ? measured.memory.publisherKb : PARTITION_KB;
  const cacheGb = (traffic.openPublishers * publisherKb) / 2 ** 20;
  const cacheOfWorker = (workerGb - measured.memory.workerMb / 1_024) * ASSUMED.memoryShare.value;
  if (cacheOfWorker <= 0) throw new TypeError(`A worker of ${workerGb} GB has no room for publishers`);
  const forCpu = Math.ceil(ofEvents / (workerVcpu * ASSUMED.utilisation.value - measured.workerCores));
  const forMemory = Math.ceil(cacheGb / cacheOfWorker);
  const count = Math.max(LEAST_WORKERS, forCpu, forMemory);
  return {
    cores: ofEvents + count * measured.workerCores,
    coresInFullBatches:
      partitions === undefined ? undefined : (eventsPerSecond * measured.cpuMsOfFullBatches) / 1_000,
    cacheGb,
    forCpu,
    forMemory,
    count,
  };
}

interface Setting {
  readonly input: ResolvedInput;
  readonly measured: Measured;
  readonly workers: Workers;
}

function dollarsOf(traffic: Traffic, { input, measured, workers }: Setting): Dollars {
  const { eventsPerSecond, workerVcpu, workerGb, retentionDays } = input;
  const bytes =
    measured.bytes.event * eventsPerSecond + measured.bytes.historyEvent * historyEventsOf(traffic);
  const retainedGb = (bytes * retentionDays * 24 * HOUR) / 1e9;
  const ofWorker = workerVcpu * PRICES.vcpu_hour.value + workerGb * PRICES.memory_gigabyte_hour.value;
  const parts = {
    actions: (actionsOf(traffic) * HOUR * PRICES.million_actions.value) / 1e6,
    histories: retainedGb * PRICES.retained_gigabyte_hour.value,
    snsPublishes: (eventsPerSecond * HOUR * PRICES.million_sns_messages.value) / 1e6,
    workers: workers.count * ofWorker,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, each) => sum + each, 0) };
}
