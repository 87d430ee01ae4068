import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { afterwards, CASES, coresOfOneWorker } from '../../../bench/model/check/cases.ts';
import { readCheck } from '../../../bench/model/check/record.ts';
import { type Estimate, estimate } from '../../../bench/model/estimate.ts';
import { grouped, shown } from '../../../bench/model/format.ts';
import { cpuMsOf, measuredCosts, type Point } from '../../../bench/model/measured.ts';
import { boundOfOneAggregate } from '../../../bench/model/uses.ts';
import { cachedWorkflowsIn } from '../../../src/worker/environment/cached-workflows.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/scale.md'), 'utf8');
const measured = measuredCosts();
const { cpuMs, workerCores, bytes, points } = measured;
const ofOne = measured.eventsPerSecondOfOnePartition;
const bound = boundOfOneAggregate({ snsMs: 15, sameAggregateBatching: false }, measured);

/** So busy that the actions grow no more. */
function busy(partitions: number, wanted: { temporalMs?: number; eventsPerCall?: number } = {}): Estimate {
  return estimate({ eventsPerSecond: 2_000, aggregates: 1e6, zipf: 0, partitions, ...wanted });
}

function atMost(temporalMs: number): number {
  return Math.ceil(busy(1, { temporalMs }).actionsPerSecond);
}

/** What it says of how far off something is, in hundredths, rounded up. */
function within(ratio: (point: Point) => number): number {
  return Math.ceil(100 * Math.max(...points.map((point) => Math.abs(ratio(point) - 1))));
}

function pointOf(workload: string): Point {
  const found = points.find((point) => point.workload === workload && point.contender === 'partitions-8');
  if (!found) throw new Error(`${workload} is not measured`);
  return found;
}

const eachLeaving = [
  [1_000, 6],
  [10_000, 64],
].map(([eventsPerSecond = 0, partitions = 0]) => {
  const { workers } = estimate({ eventsPerSecond, aggregates: 1e8, partitions });
  return shown((workers.cores * 1_000) / eventsPerSecond);
});

const cases = readCheck().cases.flatMap((ran, index) => {
  const one = CASES[index];
  return one && ran.isCached ? [{ ran, said: afterwards(one, ran, measured) }] : [];
});
const ratios = cases.map(({ ran, said }) => ran.ran.cores / coresOfOneWorker(said, measured));
const slow = cases
  .filter(({ ran }) => ran.ran.cores < 0.2)
  .map(({ ran }) => (ran.ran.cores * 20_000) / ran.events / cpuMsOf(ran.ran, cpuMs));
const [cold, notCached] = readCheck().cases.filter(({ name }) => name.includes('each event its first'));

it.each([
  `[${measured.from}](../../bench/results/${measured.from}.json) (version ${measured.version})`,
  `carry ${shown(3 * ofOne)} events a second with room, ${shown(6 * ofOne)} without`,
  `some ${Math.round(bound)} a second at 15 ms`,
  `more than ${Math.floor(bound / 2)} events a second`,
  `${shown(measured.publisherKb)} KB each`,
  `caches ${grouped(cachedWorkflowsIn(2 ** 31))} publishers in 2 GB and never more than ${grouped(cachedWorkflowsIn(2 ** 40))}`,
  `${shown(cpuMs.historyEvent)} ms for each history event, ${shown(cpuMs.snsCall)} ms for each SNS request, and ${shown(workerCores)} cores`,
  `costs ${shown(measured.cpuMsOfFullBatches)} ms instead of ${eachLeaving.join(' or ')}`,
  `once busy, they need ${shown(busy(8).actionsPerSecond)} actions`,
  `(${shown(ofOne)} events a second, in calls of five, on that slow machine): \`events per second / ${Math.ceil(ofOne / 20) * 10}\``,
  `${atMost(20)} actions a second at 20 ms per round trip to Temporal, ${atMost(10)} at 10 ms, ${atMost(40)} at 40 ms`,
  `\`actions per second / ${atMost(20)}\` of them always fit, ${Math.floor(500 / atMost(20))} at first`,
  `12 partitions take ${shown(busy(12).actionsPerSecond)} actions`,
  `6 at ${shown(2_000 / 6 / ofOne)} of what one has reached`,
  `ten per call take ${shown(busy(8, { eventsPerCall: 10 }).actionsPerSecond)} actions, not ${shown(busy(8).actionsPerSecond)}`,
  `are ${(5_000 * 64) / 10_000} seconds at 10,000 events a second over 64 partitions`,
  `gets up to ${shown(busy(1).traffic.mostSignals)}.`,
  `took ${shown((pointOf('hot').eventsPerSecond * pointOf('hot').actions) / 8)} actions a second`,
  `within ${within((point) => cpuMsOf(point, cpuMs) / point.cpuMs)} %, and`,
  `their histories within ${within((point) => (bytes.historyEvent * point.historyEvents + bytes.event) / point.historyBytes)} %`,
  `${shown(Math.min(...ratios))} to ${Math.max(...ratios).toFixed(2)} of what it says`,
  `${shown(Math.min(...slow))} to ${shown(Math.max(...slow))} times what its events cost`,
  `adds ${shown(workerCores)} cores per worker process`,
  `takes ${shown((notCached?.ran.cores ?? 0) / (cold?.ran.cores ?? 1))} times the CPU`,
  `faster than ${shown(Math.max(...cases.map(({ said }) => said.input.eventsPerSecond)))} events a second`,
  `one worker at up to ${shown(pointOf('bulk').eventsPerSecond)} events a second`,
])('docs/guides/scale.md says what the model and the record say: %s', (said) => {
  expect(guide).toContain(said);
});

it('its first table keeps its own rule: no partition has more than half of what one has reached', () => {
  const rows = [...guide.matchAll(/^\| ([\d,]+) \| \d+ M \| (\d+) partitions /gm)];
  expect(rows).toHaveLength(6);
  for (const [, events = '', partitions] of rows)
    expect(Number(events.replaceAll(',', '')) / Number(partitions)).toBeLessThanOrEqual(ofOne / 2);
});
