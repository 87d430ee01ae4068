import { afterwards, CASES, coresOfOneWorker } from './check/cases.ts';
import { type Checked, readCheck } from './check/record.ts';
import { type Estimate, estimate } from './estimate.ts';
import { grouped, shown } from './format.ts';
import { markdown } from './markdown.ts';
import type { Measured } from './measured.ts';
import { simulatePipeline } from './simulate/pipeline.ts';
import { trafficOf } from './traffic.ts';

/** What the model says of the runs, when it knows how long their round trips took, and what they came to. */
export function checkedTable(measured: Measured): string {
  const { date, cases } = readCheck();
  const rows = CASES.flatMap((one, index) => {
    const ran = cases[index];
    return ran ? [checkedRow(ran, afterwards(one, ran, measured), measured)] : [];
  });
  const head = [
    `run on ${date}`,
    'events/s',
    'published p50, ms',
    'cores',
    'actions',
    'history events',
    'SNS requests',
  ];
  return markdown(head, rows);
}

function checkedRow(
  { name, publishedP50, ran }: Checked,
  said: Estimate,
  measured: Measured,
): readonly string[] {
  const { eventsPerSecond } = said.input;
  const both = (rate: number, counted: number): string =>
    `${shown(rate / eventsPerSecond)} / ${shown(counted)}`;
  return [
    name,
    shown(eventsPerSecond),
    shown(publishedP50),
    `${shown(coresOfOneWorker(said, measured))} / ${shown(ran.cores)}`,
    both(said.actionsPerSecond, ran.actions),
    both(said.historyEventsPerSecond, ran.historyEvents),
    both(said.traffic.snsCalls, ran.snsCalls),
  ];
}

/** Per event, one worker: what the formulas say, and what the simulation counts. */
export function simulatedTable(): string {
  const rows = [
    { eventsPerSecond: 100, partitions: 8 },
    { eventsPerSecond: 1_000, partitions: 8 },
    { eventsPerSecond: 3_000, partitions: 8 },
  ].map(simulatedRow);
  return markdown(
    [
      'one worker, 8 partitions',
      'signals',
      'workflow tasks',
      'activities',
      'SNS requests',
      'published p50, p99, ms',
      'busiest aggregate',
    ],
    rows,
  );
}

function simulatedRow(layout: {
  readonly eventsPerSecond: number;
  readonly partitions: number;
}): readonly string[] {
  const setting = { aggregates: 100_000, zipf: 0.8, clients: 2, temporalMs: 20, snsMs: 15 };
  const ran = simulatePipeline({ ...layout, ...setting, seconds: 10, seed: 1 });
  const formula = trafficOf(estimate({ ...layout, ...setting }).input);
  const both = (rate: number, counted: number): string =>
    `${shown(rate / layout.eventsPerSecond)} / ${shown(counted)}`;
  return [
    `${grouped(layout.eventsPerSecond)} events/s`,
    both(formula.signals, ran.signals),
    both(formula.workflowTasks, ran.workflowTasks),
    both(formula.activities, ran.activities),
    both(formula.snsCalls, ran.snsCalls),
    `${shown(ran.publishedP50)}, ${shown(ran.publishedP99)}`,
    `${shown(formula.busiestAggregate)} events/s: ${shown(ran.busiestP50)}, ${shown(ran.busiestP99)}`,
  ];
}
