import { type TableView, table } from '../../src/cli/output/view.ts';
import type { Estimate } from './estimate.ts';
import { grouped, shown, times } from './format.ts';
import { cpuMsOf, type Measured } from './measured.ts';

/** How a number is known. `derived`: counted by the formulas of the model; `measured`: that, times a cost from a record. */
type Known = 'asked' | 'derived' | 'measured' | 'assumed';
type Line = readonly [what: string, value: string, known: Known];

/** What it takes. */
export function needsTable(estimate: Estimate): TableView {
  return table(
    ['what', 'value', 'known'],
    [...temporalLines(estimate), ...workerLines(estimate), ...moneyLines(estimate)],
    '',
  );
}

function temporalLines({ input, traffic, ...estimate }: Estimate): readonly Line[] {
  const per = (rate: number): string => `${shown(rate)} (${shown(rate / input.eventsPerSecond)} per event)`;
  return [
    ['events per second', grouped(input.eventsPerSecond), 'asked'],
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

function workerLines({ workers }: Estimate): readonly Line[] {
  const full = workers.coresInFullBatches;
  return [
    ['cores, events leave as they come', shown(workers.cores), 'measured'],
    ...(full === undefined ? [] : [['cores, all batches full', shown(full), 'measured'] as const]),
    ['memory of cached publishers, GB', shown(workers.cacheGb), 'measured'],
    ['workers for CPU, for memory', `${grouped(workers.forCpu)}, ${grouped(workers.forMemory)}`, 'measured'],
    ['workers', grouped(workers.count), 'measured'],
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

/** What binds first, and what to do about it. */
export function limitsTable({ uses }: Estimate): TableView {
  const rows = uses.map(({ limit, needed, available, share, kind, remedy }) => [
    limit,
    shown(needed),
    shown(available),
    times(share),
    kind,
    share > 1 ? remedy : '',
  ]);
  return table(['limit', 'needed', 'available', 'used', 'kind', 'do'], rows, '');
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
