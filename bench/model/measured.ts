import { median } from '../stats.ts';
import { type CheckRecord, readCheck } from './check/record.ts';
import { fitRelative } from './least-squares.ts';
import { Refusal } from './refusal.ts';
import { type ResultsFile, readResults } from './results-file.ts';

/** What one thing costs, taken from a record of the benchmark. All of it is measured, or fitted to what was. */
export interface Measured {
  /** The record: `bench/results/<name>.json`. */
  readonly from: string;
  /** Version of this package that was measured. */
  readonly version: string;
  /** CPU of a worker process, in milliseconds. */
  readonly cpuMs: { readonly historyEvent: number; readonly snsCall: number; readonly event: number };
  /** CPU in cores that a worker process takes beside, as soon as it has something to do: the median of the runs at a pace. */
  readonly workerCores: number;
  /** Bytes of histories, for events of the benchmark's size (`BENCHMARK_EVENT_BYTES`). */
  readonly bytes: { readonly historyEvent: number; readonly event: number };
  /** Resident memory of a worker for each cached publisher, in KB. */
  readonly publisherKb: number;
  /** One aggregate's events per second, in round trips to SNS: below 1. */
  readonly roundTripsOfOneAggregate: number;
  /** Events per second that a partition has reached; the machine's CPU was what stopped it. */
  readonly eventsPerSecondOfOnePartition: number;
  /** A signal's round trip where nothing else happens, in milliseconds. */
  readonly signalMs: number;
  /** Worker's CPU per event in milliseconds where events come faster than they leave, so that batches are full. */
  readonly cpuMsOfFullBatches: number;
  /** The runs to which CPU and bytes are fitted. */
  readonly points: readonly Point[];
}

/** One workload done by one layout: medians. */
export interface Point {
  readonly workload: string;
  readonly contender: string;
  readonly eventsPerSecond: number;
  readonly actions: number;
  readonly historyEvents: number;
  readonly historyBytes: number;
  readonly snsCalls: number;
  readonly cpuMs: number;
}

const FITTED = [
  ['cold', 'per-aggregate'],
  ['bulk', 'per-aggregate'],
  ['hot', 'per-aggregate'],
  ['single', 'per-aggregate'],
  ['cold', 'partitions-8'],
  ['bulk', 'partitions-8'],
  ['hot', 'partitions-8'],
] as const;

/** Of the `partitions-8` contender. */
const PARTITIONS = 8;
/** Of the benchmark's stub: its rig cannot be imported here, for it needs the built package. */
const SNS_MS = 15;

export function measuredCosts(file: ResultsFile = readResults(), check: CheckRecord = readCheck()): Measured {
  const points = FITTED.map(([workload, contender]) => pointOf(file, workload, contender));
  const costs = fitted(points);
  const of = (workload: string, name: string): number => medianOf(file, [workload, 'per-aggregate', name]);
  const bulk = pointOf(file, 'bulk', 'partitions-8');
  return {
    from: file.name,
    version: file.version,
    ...costs,
    workerCores: workerCoresOf(check, costs.cpuMs),
    publisherKb: of('idle', 'kbPerAggregate'),
    roundTripsOfOneAggregate: (of('single', 'eventsPerSecond') * SNS_MS) / 1_000,
    eventsPerSecondOfOnePartition: bulk.eventsPerSecond / PARTITIONS,
    signalMs: medianOf(file, ['latency', 'bare-signal', 'acceptedP50']),
    cpuMsOfFullBatches: bulk.cpuMs,
    points,
  };
}

function pointOf(file: ResultsFile, workload: string, contender: string): Point {
  const of = (name: string): number => medianOf(file, [workload, contender, name]);
  return {
    workload,
    contender,
    eventsPerSecond: of('eventsPerSecond'),
    actions: of('actionsPerEvent'),
    historyEvents: of('historyEventsPerEvent'),
    historyBytes: of('historyBytesPerEvent'),
    snsCalls: of('snsCallsPerEvent'),
    // Seconds per 1,000 events are milliseconds per event.
    cpuMs: of('workerCpuSecondsPer1000'),
  };
}

function medianOf({ name: file, results }: ResultsFile, path: readonly [string, string, string]): number {
  const [workload, contender, name] = path;
  const found = results.value(workload, contender, name);
  if (found === undefined) throw new Refusal([`${file} lacks ${name} of ${contender} in ${workload}`]);
  return found;
}

/**
 * What runs at a pace took beyond what their history events and SNS requests cost in a busy process: threads that each task wakes, polls,
 * garbage.
 */
function workerCoresOf({ cases, seconds }: CheckRecord, cpuMs: Measured['cpuMs']): number {
  const beyond = cases
    .filter(({ isCached }) => isCached)
    .map(({ events, ran }) => ran.cores - (events * cpuMsOf(ran, cpuMs)) / seconds / 1_000);
  return median(beyond);
}

/** CPU of one event in milliseconds. */
export function cpuMsOf(
  { historyEvents, snsCalls }: { readonly historyEvents: number; readonly snsCalls: number },
  { historyEvent, snsCall, event }: Measured['cpuMs'],
): number {
  return historyEvent * historyEvents + snsCall * snsCalls + event;
}

/**
 * A worker's CPU is said well by two counts: history events, each of which is a part of a workflow task, and SNS calls. Actions say it
 * worse: signals that share a workflow task are nearly free. The test says how well.
 */
function fitted(points: readonly Point[]): Pick<Measured, 'cpuMs' | 'bytes'> {
  const [perHistoryEvent = 0, perSnsCall = 0, perEvent = 0] = fitRelative(
    points.map(({ historyEvents, snsCalls }) => [historyEvents, snsCalls, 1]),
    points.map(({ cpuMs }) => cpuMs),
  );
  const [bytesPerHistoryEvent = 0, bytesPerEvent = 0] = fitRelative(
    points.map(({ historyEvents }) => [historyEvents, 1]),
    points.map(({ historyBytes }) => historyBytes),
  );
  return {
    cpuMs: { historyEvent: perHistoryEvent, snsCall: perSnsCall, event: perEvent },
    bytes: { historyEvent: bytesPerHistoryEvent, event: bytesPerEvent },
  };
}
