import type { Goal, Judged } from './goals.ts';
import type { Results } from './results.ts';

/** One line of a table. */
export type Row = Readonly<Record<string, string | number>>;

/** Columns of a workload's table, in their order; others follow as they are. */
const COLUMNS = {
  eventsPerSecond: 'events/s',
  acceptedP50: 'accepted p50',
  acceptedP95: 'p95',
  acceptedP99: 'p99',
  publishedP50: 'published p50',
  publishedP95: 'p95 ',
  publishedP99: 'p99 ',
  snsCallsPerEvent: 'SNS calls',
  historyEventsPerEvent: 'history events',
  historyBytesPerEvent: 'history bytes',
  actionsPerEvent: 'actions',
  workerCpuSecondsPer1000: 'worker CPU s/1000',
  workerPeakRssMb: 'worker peak MB',
  clientCpuSecondsPer1000: 'client CPU s/1000',
  consumerCpuMsPer1000: 'consumer CPU ms/1000',
  consumerPeakRssMb: 'consumer peak MB',
  requestsPerEvent: 'SQS requests',
  emulatorCpuMsPer1000: 'emulator CPU ms/1000',
} as const;

/** Too much for a table; the JSON has it. */
const LEFT_OUT = new Set(['duplicates', 'longestRun', 'clientPeakRssMb', 'outOfOrder', 'bodyBytesPerEvent']);

/** Medians of a workload, a row for each contender. */
export function workloadTable(results: Results, workload: string): Readonly<Record<string, Row>> {
  const contenders = results.contendersOf(workload);
  return Object.fromEntries(contenders.map((contender) => [contender, rowOf(results, workload, contender)]));
}

function rowOf(results: Results, workload: string, contender: string): Row {
  const measured = results.valueNames(workload, contender).filter((name) => !LEFT_OUT.has(name));
  const known = Object.keys(COLUMNS);
  const names = [
    ...known.filter((name) => measured.includes(name)),
    ...measured.filter((name) => !known.includes(name)),
  ];
  const cells = names.map((name) => [
    COLUMNS[name as keyof typeof COLUMNS] ?? name,
    rounded(results.value(workload, contender, name) ?? Number.NaN),
  ]);
  const outOfOrder = results.value(workload, contender, 'outOfOrder') ?? 0;
  return Object.fromEntries(outOfOrder > 0 ? [...cells, ['out of order', outOfOrder]] : cells);
}

export function goalTable(judged: readonly Judged[]): readonly Row[] {
  return judged.map(({ goal, value, isReached }) => ({
    goal: goal.what,
    wanted: wantedOf(goal),
    value: value === undefined ? 'not measured' : rounded(value),
    reached: isReached === undefined ? '' : isReached ? 'yes' : 'NO',
  }));
}

function wantedOf({ atLeast, atMost }: Goal): string {
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return atMost === undefined ? '' : `≤ ${atMost}`;
}

/** The goals' values by name, of those that were measured. */
export function ratiosOf(judged: readonly Judged[]): Readonly<Record<string, number>> {
  const measured = judged.flatMap(({ goal, value }) =>
    value === undefined ? [] : [[goal.name, rounded(value)] as const],
  );
  return Object.fromEntries(measured);
}

/** Three digits, or all before the point. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
