// How many workers, which limit first: README of the model is docs/guides/scale.md.
import { render } from '../../src/cli/output/render.ts';
import { facts, type View } from '../../src/cli/output/view.ts';
import { type Arguments, readArguments, USAGE } from './arguments.ts';
import { estimate } from './estimate.ts';
import { shown, wrapped } from './format.ts';
import { guideBlocks } from './guide.ts';
import type { ScaleInput } from './input.ts';
import { measuredCosts } from './measured.ts';
import { resultsFaults } from './records.ts';
import { adviceOf, limitsTable, needsOf, needsTable } from './report.ts';
import { readResults } from './results-file.ts';
import { simulateOneWorker, simulationFaults } from './simulate/one-worker.ts';

/** Of a line, where there is no terminal. */
const WIDTH = 120;
const WRONG_USE = 2;

// A reader that has enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const given = readArguments(process.argv.slice(2));
if (given.help) process.stdout.write(USAGE);
else if (given.markdown) for (const [name, block] of guideBlocks()) console.log(`${name}\n\n${block}`);
else answer(given);

function answer(wanted: Arguments): void {
  const faults = [
    ...wanted.faults,
    ...resultsFaults(wanted.results),
    ...(wanted.simulate ? simulationFaults(wanted.input) : []),
  ];
  if (faults.length === 0) {
    // Nothing is missing, or it would be a fault.
    show(wanted, wanted.input as ScaleInput);
    return;
  }
  process.stderr.write(`${faults.join('\n')}\nSee --help.\n`);
  process.exitCode = WRONG_USE;
}

function show({ results, simulate, json }: Arguments, input: ScaleInput): void {
  const measured = measuredCosts(readResults(results));
  const result = estimate(input, measured);
  const simulated = simulate ? simulateOneWorker(result) : undefined;
  if (json) {
    const { points, ...costs } = measured;
    const needs = needsOf(result, measured).map(([what, value, known]) => ({ what, value, known }));
    console.log(JSON.stringify({ ...result, needs, costs, simulated }, null, 2));
    return;
  }
  print(needsTable(result, measured));
  print(limitsTable(result));
  for (const advice of adviceOf(result)) console.log(wrapped(advice, process.stdout.columns ?? WIDTH));
  if (simulated)
    print(facts(Object.entries(simulated).map(([name, value]) => [`simulated: ${name}`, shown(value)])));
  console.log(`\nCosts: bench/results/${measured.from}.json, version ${measured.version}.`);
  console.log('Limits and prices: bench/model/limits.ts. Deliveries and collectors are not in it.');
}

/** As wide as it is: neither table has a long column. */
function print(view: View): void {
  console.log(render(view, { isTerminal: true, width: Number.MAX_SAFE_INTEGER }));
}
