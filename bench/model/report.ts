import { type TableView, table } from '../../src/cli/output/view.ts';
import type { Estimate } from './estimate.ts';
import { exact, grouped, shown, times } from './format.ts';
import { cpuMsOf, type Measured } from './measured.ts';

/** How a number is known. `derived`: counted by the formulas of the model; `measured`: that, times a cost from a record. */
type Known = 'asked' | 'derived' | 'measured' | 'assumed';
export type Line = readonly [what: string, value: string, known: Known];

/** What it takes. */
export function needsTable(estimate: Estimate, measured: Measured): TableView {
  return table(['what', 'value', 'known'], needsOf(estimate, measured), '');
}

/** The same for programs: how each number is known stands beside it. */
export function needsOf(estimate: Estimate, measured: Measured): readonly Line[] {
  return [
    ...temporalLines(estimate),
    ...workerLines(estimate),
    ...costLines(measured),
    ...moneyLines(estimate),
  ];
}

function temporalLines({ input, traffic, ...estimate }: Estimate): readonly Line[] {
  const per = (rate: number): string => `${shown(rate)} (${shown(rate / input.eventsPerSecond)} per event)`;
  return [
    ['events per second', exact(input.eventsPerSecond), 'asked'],
    [
      'publishers',
      input.partitions === undefined ? 'one per aggregate' : `${input.partitions} partitions`,
      'asked',
    ],
    ['open publishers', shown(traffic.openPublishers), 'derived'],
    ['signals per second', per(traffic.signals), 'derived'],
    ['activities per second', per(traffic.activities), 'derived'],
    ['timers per second', per(traffic.timers), 'derived'],
    ['actions per second', per(estimate.actionsPerSecond), 'derived'],
    ['history events per second', per(estimate.historyEventsPerSecond), 'derived'],
    ['SNS requests per second', per(traffic.snsCalls), 'derived'],
    ['events per second of the busiest aggregate', shown(traffic.busiestAggregate), 'assumed'],
  ];
}

function workerLines({ input, workers }: Estimate): readonly Line[] {
  const full = workers.coresInFullBatches;
  const ofCache: Known = input.partitions === undefined ? 'measured' : 'assumed';
  return [
    ['cores, events leave as they come', shown(workers.cores), 'measured'],
    ...(full === undefined ? [] : [['cores, all batches full', shown(full), 'measured'] as const]),
    ['memory of cached publishers, GB', shown(workers.cacheGb), ofCache],
    ['publishers that one worker caches', grouped(workers.cachedByOne), 'derived'],
    ['workers for CPU', grouped(workers.forCpu), 'measured'],
    ['workers for memory', grouped(workers.forMemory), ofCache],
    ['workers, never fewer than two', grouped(workers.count), 'measured'],
  ];
}

/** By which cores and workers can be checked by hand. */
function costLines({ cpuMs, workerCores }: Measured): readonly Line[] {
  return [
    ['CPU of a history event, ms', shown(cpuMs.historyEvent), 'measured'],
    ['CPU of an SNS request, ms', shown(cpuMs.snsCall), 'measured'],
    ['CPU of an event beside, ms', shown(cpuMs.event), 'measured'],
    ['CPU of a worker beside, cores', shown(workerCores), 'measured'],
  ];
}

function moneyLines({ dollarsPerHour }: Estimate): readonly Line[] {
  const { actions, histories, snsPublishes, workers, total } = dollarsPerHour;
  return [
    ['USD per hour, actions', shown(actions), 'assumed'],
    ['USD per hour, closed histories', shown(histories), 'assumed'],
    ['USD per hour, SNS publishes', shown(snsPublishes), 'assumed'],
    ['USD per hour, workers', shown(workers), 'assumed'],
    ['USD per hour', shown(total), 'assumed'],
  ];
}

/** What binds first. */
export function limitsTable({ uses }: Estimate): TableView {
  const rows = uses.map(({ limit, needed, available, share, kind }) => [
    limit,
    shown(needed),
    shown(available),
    times(share),
    kind,
  ]);
  return table(['limit', 'needed', 'available', 'used', 'kind'], rows, '');
}

/** What to do about what does not fit, and about what does not go together. */
export function adviceOf({ uses, notes }: Estimate): readonly string[] {
  const remedies = uses.filter(({ share }) => share > 1).map(({ limit, remedy }) => `${limit}: ${remedy}`);
  return [...remedies, ...notes.map((note) => `note: ${note}`)];
}

/** The runs behind it. */
export function measuredTable({ version, points, cpuMs }: Measured): TableView {
  const rows = points.map(({ workload, contender, ...point }) => [
    `${workload}, ${contender}`,
    shown(point.eventsPerSecond),
    shown(point.actions),
    shown(point.historyEvents),
    shown(1 / point.snsCalls),
    shown(point.cpuMs),
    shown(cpuMsOf(point, cpuMs)),
  ]);
  return table(
    [
      `run of version ${version}`,
      'events/s',
      'actions',
      'history events',
      'events per SNS call',
      'CPU ms',
      'fitted',
    ],
    rows,
    '',
  );
}
