import { cacheBytesIn, cachedWorkflowsIn } from '../../src/worker/environment/cached-workflows.ts';
import type { ResolvedInput } from './input.ts';
import { ASSUMED } from './limits.ts';
import { cpuMsOf, type Measured } from './measured.ts';
import { historyEventsOf, type Traffic } from './traffic.ts';

export interface Workers {
  /** CPU in cores of the workers for CPU when events leave as they come; by `ASSUMED.utilisation` they are so many workers. */
  readonly cores: number;
  /** The same when they come faster than that, and leave in full batches; only where partitions fill them. */
  readonly coresInFullBatches: number | undefined;
  /** Memory in GB when all open publishers are cached. */
  readonly cacheGb: number;
  /** Open publishers that one worker caches. */
  readonly cachedByOne: number;
  readonly forCpu: number;
  readonly forMemory: number;
  /** The larger one, and never fewer than two: one may die. */
  readonly count: number;
}

/** A cached partition, by the SDK's own rule of thumb for a cached workflow. */
const PARTITION_KB = 1_024;
const LEAST_WORKERS = 2;
const KB_PER_GB = 2 ** 20;

export function workersOf(traffic: Traffic, input: ResolvedInput, measured: Measured): Workers {
  const { eventsPerSecond, partitions } = input;
  const isPartitioned = partitions !== undefined;
  const ofEvents = coresOf(traffic, eventsPerSecond, measured);
  const publisherKb = isPartitioned ? PARTITION_KB : measured.publisherKb;
  const cachedByOne = cachedByOneOf(input);
  const forCpu = Math.ceil(ofEvents / plannedCores(input, measured));
  const forMemory = Math.ceil(traffic.openPublishers / cachedByOne);
  return {
    cores: ofEvents + Math.max(LEAST_WORKERS, forCpu) * measured.workerCores,
    coresInFullBatches: isPartitioned ? (eventsPerSecond * measured.cpuMsOfFullBatches) / 1_000 : undefined,
    cacheGb: (traffic.openPublishers * publisherKb) / KB_PER_GB,
    cachedByOne,
    forCpu,
    forMemory,
    count: Math.max(LEAST_WORKERS, forCpu, forMemory),
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

/** Of one worker, for events. */
function plannedCores({ workerVcpu }: ResolvedInput, { workerCores }: Measured): number {
  const usable = Math.min(workerVcpu, ASSUMED.usableVcpu.value);
  return usable * ASSUMED.utilisation.value - workerCores;
}

/** As the executable has it, which counts every workflow as an idle publisher; a partition is larger. */
function cachedByOneOf({ workerGb, partitions }: ResolvedInput): number {
  const bytes = workerGb * 2 ** 30;
  const workflows = cachedWorkflowsIn(bytes);
  return partitions === undefined
    ? workflows
    : Math.min(workflows, Math.floor(cacheBytesIn(bytes) / (PARTITION_KB * 1_024)));
}
