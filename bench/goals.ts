import type { Results } from './results.ts';

/** What the project wants of itself. Without a bound: a ratio to know, by which nothing is judged. */
export interface Goal {
  readonly name: string;
  readonly what: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Undefined: not measured in this run. */
  measure(results: Results): number | undefined;
}

export interface Judged {
  readonly goal: Goal;
  readonly value: number | undefined;
  /** Undefined: not measured, or nothing is wanted. */
  readonly isReached: boolean | undefined;
}

const speedRatio =
  (workload: string, of: string, to: string): Goal['measure'] =>
  (results) =>
    results.ratio(workload, 'eventsPerSecond', { of, to });

const value =
  (workload: string, contender: string, name: string): Goal['measure'] =>
  (results) =>
    results.value(workload, contender, name);

/** Every goal, and how its value comes about. */
export const GOALS: readonly Goal[] = [
  {
    name: 'coldVsNaive',
    what: 'cold: events/s, per aggregate / workflow per event',
    atLeast: 1.3,
    measure: speedRatio('cold', 'per-aggregate', 'workflow-per-event'),
  },
  {
    name: 'coldPartitionedVsNaive',
    what: 'cold: events/s, partitions / workflow per event',
    atLeast: 30,
    measure: speedRatio('cold', 'partitions-8', 'workflow-per-event'),
  },
  {
    name: 'coldPartitionedPublishedP50',
    what: 'cold, partitions: p50 from the call to SNS, ms',
    atMost: 120,
    measure: value('cold', 'partitions-8', 'publishedP50'),
  },
  {
    name: 'coldVsBareSignal',
    what: 'cold: events/s, per aggregate / bare signalWithStart answered',
    atLeast: 0.7,
    measure: speedRatio('cold', 'per-aggregate', 'bare-signal'),
  },
  {
    name: 'bulkPartitionedVsDirect',
    what: 'bulk: events/s, partitions / direct SNS awaited',
    atLeast: 3,
    measure: speedRatio('bulk', 'partitions-8', 'direct-awaited'),
  },
  {
    name: 'bulkPartitionedVsBatchedByHand',
    what: 'bulk: events/s, partitions / direct SNS batched by hand',
    atLeast: 1.2,
    measure: speedRatio('bulk', 'partitions-8', 'batched-by-hand'),
  },
  {
    name: 'hotVsBareSignal',
    what: 'hot: events/s, per aggregate / bare signalWithStart answered',
    atLeast: 0.85,
    measure: speedRatio('hot', 'per-aggregate', 'bare-signal'),
  },
  {
    name: 'hotVsNaive',
    what: 'hot: events/s, per aggregate / workflow per event',
    measure: speedRatio('hot', 'per-aggregate', 'workflow-per-event'),
  },
  {
    name: 'singleVsBound',
    what: 'single: events/s, per aggregate / (1 / SNS round trip)',
    atLeast: 0.97,
    measure: speedRatio('single', 'per-aggregate', 'direct-new-process'),
  },
  {
    name: 'bulkSnsCallsPerEvent',
    what: 'bulk, partitions: SNS calls per event',
    atMost: 0.11,
    measure: value('bulk', 'partitions-8', 'snsCallsPerEvent'),
  },
  {
    name: 'bulkHistoryEventsPerEvent',
    what: 'bulk, partitions: history events per event',
    atMost: 0.07,
    measure: value('bulk', 'partitions-8', 'historyEventsPerEvent'),
  },
  {
    name: 'bulkActionsPerEvent',
    what: 'bulk, partitions: Temporal actions per event',
    atMost: 0.05,
    measure: value('bulk', 'partitions-8', 'actionsPerEvent'),
  },
  {
    name: 'unloadedAcceptedVsSignal',
    what: 'latency: p50 accepted, per aggregate / bare signalWithStart',
    atMost: 1.1,
    measure: (results) => results.ratio('latency', 'acceptedP50', { of: 'per-aggregate', to: 'bare-signal' }),
  },
  {
    name: 'unloadedPublishedVsNaive',
    what: 'latency: p50 published, per aggregate / workflow per event',
    atMost: 1,
    measure: (results) =>
      results.ratio('latency', 'publishedP50', { of: 'per-aggregate', to: 'workflow-per-event' }),
  },
  {
    name: 'growthSpeed',
    what: 'growth: events/s, 100,000 events / 1,000 events',
    atLeast: 0.9,
    measure: (results) =>
      results.ratio('growth', 'eventsPerSecond', { of: '100000-events', to: '1000-events' }),
  },
  {
    name: 'growthMemory',
    what: "growth: worker's memory after 100,000 events / after 10,000",
    atMost: 1.2,
    measure: (results) => results.ratio('growth', 'workerRssMb', { of: '100000-events', to: '10000-events' }),
  },
  {
    name: 'growthLongestRun',
    what: 'growth: history events of the longest run',
    atMost: 10_000,
    measure: value('growth', '100000-events', 'longestRun'),
  },
  {
    name: 'outageDrain',
    what: "outage: events/s of the drain, partitions / the stub's rate limit",
    atLeast: 0.9,
    measure: value('outage', 'partitions-8', 'shareOfLimit'),
  },
  {
    name: 'bulkPartitionedVsOutbox',
    what: 'bulk: events/s, partitions / the faster outbox',
    atLeast: 2,
    measure: (results) => {
      const ratios = ['outbox-polling', 'outbox-replication'].flatMap(
        (outbox) => results.ratio('bulk', 'eventsPerSecond', { of: 'partitions-8', to: outbox }) ?? [],
      );
      return ratios.length > 0 ? Math.min(...ratios) : undefined;
    },
  },
  {
    name: 'relayVsOutbox',
    what: 'bulk: events/s, relay in tail mode / the faster outbox',
    atLeast: 5,
    measure: (results) => {
      const ratios = ['outbox-polling', 'outbox-replication'].flatMap(
        (outbox) => results.ratio('bulk', 'eventsPerSecond', { of: 'relay-tail', to: outbox }) ?? [],
      );
      return ratios.length > 0 ? Math.min(...ratios) : undefined;
    },
  },
  {
    name: 'relayPublishedP50',
    what: 'latency: p50 from the call to SNS, relay in tail mode, ms',
    atMost: 50,
    measure: value('latency', 'relay-tail', 'publishedP50'),
  },
  {
    name: 'relayActionsPerEvent',
    what: 'bulk, relay in tail mode: Temporal actions per event',
    atMost: 0.2,
    measure: value('bulk', 'relay-tail', 'actionsPerEvent'),
  },
  {
    name: 'sweepActions',
    what: 'sweep that finds nothing, 1,000,000 stored events: Temporal actions',
    atMost: 5,
    measure: value('sweep', 'relay-sweep', 'actionsPerLook'),
  },
  {
    name: 'sweepCpu',
    what: "the same: worker's CPU, ms",
    atMost: 1_000,
    measure: value('sweep', 'relay-sweep', 'workerCpuMsPerLook'),
  },
  {
    name: 'collectorVsBare',
    what: 'collect: events/s, collector with an inbox in memory / a bare sqs-consumer',
    atLeast: 0.95,
    measure: speedRatio('collect', 'collector-memory', 'bare'),
  },
  {
    name: 'idleKbPerAggregate',
    what: "idle: worker's memory per cached aggregate, KB",
    atMost: 150,
    measure: value('idle', 'per-aggregate', 'kbPerAggregate'),
  },
];

export function judge(results: Results, goals: readonly Goal[] = GOALS): readonly Judged[] {
  return goals.map((goal) => {
    const value = goal.measure(results);
    return { goal, value, isReached: value === undefined ? undefined : isReached(goal, value) };
  });
}

function isReached({ atLeast, atMost }: Goal, value: number): boolean | undefined {
  if (atLeast === undefined && atMost === undefined) return undefined;
  return value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
}
