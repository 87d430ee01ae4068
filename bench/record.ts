import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chart } from './chart.ts';
import type { Judged } from './goals.ts';
import { slugOf, thisMachine, versions } from './machine.ts';
import { ASSUMED, moneyTable, NOT_IN_DOLLARS, type Prices } from './money.ts';
import type { Results } from './results.ts';
import { goalTable, ratiosOf, workloadTable } from './tables.ts';
import type { Workload } from './workload.ts';

export interface Recorded {
  readonly results: Results;
  readonly judged: readonly Judged[];
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  readonly temporalServer: string;
  readonly prices: Prices;
}

/** Workloads whose events per second say something about the contenders. */
const CHARTED = ['cold', 'bulk', 'hot', 'single', 'outage'];

/** Writes `results/<date>-<machine>.json` and `.svg`. Resolves with the name of both. */
export async function record({
  results,
  judged,
  workloads,
  rounds,
  temporalServer,
  prices,
}: Recorded): Promise<string> {
  const machine = thisMachine();
  const date = new Date().toISOString().slice(0, 10);
  const used = versions(temporalServer);
  const name = `${date}-${slugOf(machine)}`;
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  const json = {
    date,
    machine,
    versions: used,
    rounds,
    ratios: ratiosOf(judged),
    goals: goalTable(judged),
    workloads: workloads.map(({ name: workload, description }) => ({
      workload,
      description,
      medians: workloadTable(results, workload),
    })),
    money: {
      what: `Dollars per million events. ${NOT_IN_DOLLARS}`,
      prices,
      assumed: ASSUMED,
      table: moneyTable(results, prices),
    },
    measurements: results.measurements,
  };
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(json, null, 2)}\n`);
  const { cpu, cores, memoryGb } = machine;
  const svg = chart(results, CHARTED, {
    title: 'Events per second, all published in order unless marked',
    subtitle: `${date}, ${cores} cores of ${cpu}, ${memoryGb} GB, Temporal ${temporalServer}, SNS stub at 15 ms, median of ${rounds} rounds`,
  });
  await writeFile(join(folder, `${name}.svg`), svg);
  return name;
}
