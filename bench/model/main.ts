// How many workers, which limit first: README of the model is docs/guides/scale.md.
import { render } from '../../src/cli/output/render.ts';
import type { TableView } from '../../src/cli/output/view.ts';
import { readArguments, USAGE } from './arguments.ts';
import { type Estimate, estimate } from './estimate.ts';
import { guideBlocks } from './guide.ts';
import type { ScaleInput } from './input.ts';
import { measuredCosts } from './measured.ts';
import { limitsTable, needsTable } from './report.ts';
import { readResults } from './results-file.ts';
import { type PipelineResult, simulatePipeline } from './simulate/pipeline.ts';

/** Of a line on a terminal: the longest remedy takes several. */
const WIDTH = 140;

const { input, results, json, simulate, markdown, help } = readArguments(process.argv.slice(2));
if (help) process.stdout.write(USAGE);
else if (markdown) for (const [name, block] of guideBlocks()) console.log(`${name}\n\n${block}`);
else show(readInput());

function readInput(): ScaleInput {
  const { eventsPerSecond, aggregates, ...others } = input;
  if (eventsPerSecond === undefined || aggregates === undefined)
    throw new TypeError(`--events-per-second and --aggregates are needed\n${USAGE}`);
  return { eventsPerSecond, aggregates, ...others };
}

function show(wanted: ScaleInput): void {
  const measured = measuredCosts(readResults(results));
  const result = estimate(wanted, measured);
  const simulated = simulate ? simulateOneWorker(result) : undefined;
  if (json) {
    console.log(JSON.stringify({ ...result, simulated }, null, 2));
    return;
  }
  print(needsTable(result));
  print(limitsTable(result));
  if (simulated) console.table(simulated);
  console.log(
    `Costs: bench/results/${measured.from}.json, version ${measured.version}. Limits and prices: bench/model/limits.ts.`,
  );
}

function print(view: TableView): void {
  console.log(render(view, { isTerminal: true, width: WIDTH }));
}

/** One worker's part of the events, aggregates and partitions. */
function simulateOneWorker({ input: wanted, workers }: Estimate): PipelineResult {
  const { partitions, eventsPerSecond, aggregates, zipf, clients, temporalMs, snsMs } = wanted;
  const part = (all: number): number => Math.max(1, Math.round(all / workers.count));
  return simulatePipeline({
    eventsPerSecond: eventsPerSecond / workers.count,
    aggregates: part(aggregates),
    partitions: partitions === undefined ? undefined : part(partitions),
    zipf,
    clients,
    temporalMs,
    snsMs,
    seconds: 20,
    seed: 1,
  });
}
