// The benchmark: README.md says what it compares and how. Results on stdout, progress on stderr.
import { parseArgs } from 'node:util';
import { runBench } from './bench.ts';
import { judge } from './goals.ts';
import { moneyTable, NOT_IN_DOLLARS, PRICES, type Prices } from './money.ts';
import { progress } from './progress.ts';
import { record } from './record.ts';
import type { Results } from './results.ts';
import { Rig } from './rig.ts';
import { goalTable, ratiosOf, workloadTable } from './tables.ts';
import type { Workload } from './workload.ts';
import { WORKLOADS } from './workloads/index.ts';

const USAGE = `npm run bench -- [options]
  --quick                 a minute's worth: one round, fewer contenders and workloads; nothing is recorded
  --workloads a,b         of ${WORKLOADS.map(({ name }) => name).join(', ')} (default: all)
  --contenders a,b        (default: all that can run here)
  --rounds n              rounds over all contenders (default: 3, quick: 1)
  --cpu-profiles folder   write V8 CPU profiles of the workers
  --action-price dollars  per million actions of Temporal Cloud (default: ${PRICES.temporalActions})
`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    workloads: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string' },
    'cpu-profiles': { type: 'string' },
    'action-price': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** What a quick run has no time for. */
const NOT_QUICK = new Set(['outage', 'growth', 'idle', 'sweep']);

if (options.help) process.stdout.write(USAGE);
else await main();

async function main(): Promise<void> {
  const { quick: isQuick, contenders } = options;
  const rounds = Number(options.rounds ?? (isQuick ? 1 : 3));
  // The SDK would remind of newer Nodes, on every start of a process.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const workloads = chosenWorkloads(isQuick);
  const prices = chosenPrices();
  const rig = await Rig.start(options['cpu-profiles']);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void abort(rig));
  progress('started');
  try {
    const results = await runBench(rig, { workloads, contenders: contenders?.split(','), rounds, isQuick });
    const judged = judge(results);
    show(workloads, results, prices);
    if (!isQuick && !options['cpu-profiles']) {
      const temporalServer = await rig.temporalVersion();
      const name = await record({ results, judged, workloads, rounds, temporalServer, prices });
      console.log(`\nRecorded as bench/results/${name}.json and .svg`);
    }
    console.log(JSON.stringify({ ratios: ratiosOf(judged) }));
  } finally {
    await rig.stop();
  }
}

/** A server would outlive this process. */
async function abort(rig: Rig): Promise<void> {
  await rig.stop().catch(() => undefined);
  process.exit(130);
}

function show(workloads: readonly Workload[], results: Results, prices: Prices): void {
  for (const { name, description } of workloads) {
    console.log(`\n${name}: ${description}`);
    console.table(workloadTable(results, name));
  }
  const money = moneyTable(results, prices);
  if (money.length > 0) {
    console.log(
      `\nDollars per million events, ${prices.temporalActions} per million actions. ${NOT_IN_DOLLARS}`,
    );
    console.table(money);
  }
  console.log('\nGoals');
  console.table(goalTable(judge(results)));
}

function chosenPrices(): Prices {
  const price = options['action-price'];
  if (price === undefined) return PRICES;
  const temporalActions = Number(price);
  if (!(temporalActions >= 0)) throw new Error(`--action-price is no number of dollars: ${price}\n${USAGE}`);
  return { ...PRICES, temporalActions };
}

function chosenWorkloads(isQuick: boolean): readonly Workload[] {
  const chosen = options.workloads?.split(',');
  const unknown = chosen?.filter((name) => !WORKLOADS.some((workload) => workload.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`There is no workload ${unknown.join(', ')}\n${USAGE}`);
  return WORKLOADS.filter(({ name }) => chosen?.includes(name) ?? !(isQuick && NOT_QUICK.has(name)));
}
