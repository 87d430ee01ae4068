// The fault run. `npm run faults -- --minutes 10`: rounds with new seeds until the time is over. `-- --seed 42`: one round
// with that seed; with `--short`, the round that `npm test` runs. `--workload NAME`, as often as wanted: these only, at the
// same time; with `--apart`, each workload has rounds of its own. `--crashes 500`: instead, that many processes of an
// application are killed around append and publish, with a sweep and with a tail behind them.
import { parseArgs } from 'node:util';
import { runCrashes } from './crashes/run.ts';
import { type Result, violations, type WorkloadResult } from './result.ts';
import { LONG, SHORT } from './round-size.ts';
import { runFaults } from './run.ts';
import { describeResult } from './summary.ts';
import type { Workload } from './workload.ts';
import { WORKLOADS } from './workloads/index.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    short: { type: 'boolean', default: false },
    workload: { type: 'string', multiple: true, default: WORKLOADS.map(({ name }) => name) },
    apart: { type: 'boolean', default: false },
    crashes: { type: 'string' },
  },
});

// Everything here talks to emulators: credentials that no AWS accepts.
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: 'faults',
  AWS_SECRET_ACCESS_KEY: 'faults',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interruption.abort(new Error('Interrupted')));
}

if (values.crashes === undefined) rounds();
else void crashes(number('crashes', 500));

async function crashes(kills: number): Promise<void> {
  let isBad = false;
  for (const mode of ['sweep', 'tail'] as const) {
    const result = await runCrashes({ mode, kills, report: say, signal: interruption.signal });
    const { lost, outOfOrder, twice, neverStored, missing } = result;
    const ofReadModel = Object.values(result.readModel).reduce((sum, count) => sum + count);
    isBad ||= lost + outOfOrder + neverStored + missing + ofReadModel > 0;
    say(`${mode}: ${JSON.stringify(result)}${twice > 0 ? ' (some twice)' : ''}`);
  }
  process.exit(isBad ? 1 : 0);
}

function rounds(): void {
  main().then(
    (results) => {
      const failed = results.filter((result) => violations(result).length > 0);
      const all = results.flatMap(({ workloads }) => workloads);
      say(
        `${results.length} rounds, ${sum(all, 'events')} events, ${sum(all, 'extraSends')} sent twice, ${failed.length} rounds failed`,
      );
      process.exit(failed.length === 0 ? 0 : 1);
    },
    (error: unknown) => {
      say(error instanceof Error && !interruption.signal.aborted ? String(error.stack) : String(error));
      process.exit(interruption.signal.aborted ? 130 : 1);
    },
  );
}

async function main(): Promise<Result[]> {
  const end = Date.now() + number('minutes', 0) * 60_000;
  const workloads = values.workload.map(workloadOf);
  const results: Result[] = [];
  let seed = number('seed', Date.now() % 1_000_000);
  do {
    for (const some of values.apart ? workloads.map((one) => [one]) : [workloads]) {
      results.push(await runRound(seed, some));
    }
    seed += 1;
  } while (Date.now() < end);
  return results;
}

async function runRound(seed: number, workloads: readonly Workload[]): Promise<Result> {
  say(`seed ${seed}`);
  const result = await runFaults({
    seed,
    size: values.short ? SHORT : LONG,
    workloads,
    report: (line) => say(`  ${line}`),
    signal: interruption.signal,
  });
  say(`${describeResult(result)}\n`);
  return result;
}

function workloadOf(name: string): Workload {
  const workload = WORKLOADS.find((one) => one.name === name);
  if (workload !== undefined) return workload;
  const names = WORKLOADS.map((one) => one.name).join(', ');
  throw new TypeError(`--workload is one of ${names}, not ${name}`);
}

function number(name: 'minutes' | 'seed' | 'crashes', fallback: number): number {
  const value = Number(values[name] ?? fallback);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`--${name} is a number, not ${values[name]}`);
}

function sum(results: readonly WorkloadResult[], field: 'events' | 'extraSends'): number {
  return results.reduce((total, result) => total + result[field], 0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
