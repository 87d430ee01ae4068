import { describe, expect, it } from 'vitest';
import { afterwards, CASES, coresOfOneWorker, predicted } from '../../../bench/model/check/cases.ts';
import { type CheckRecord, readCheck } from '../../../bench/model/check/record.ts';
import { type Estimate, estimate } from '../../../bench/model/estimate.ts';
import { measuredCosts } from '../../../bench/model/measured.ts';
import { readResults } from '../../../bench/model/results-file.ts';

const measured = measuredCosts();
const record = readCheck();

function saidOf(index: number): Estimate {
  const one = CASES[index];
  const ran = record.cases[index];
  if (!one || !ran) throw new Error(`There is no case ${index}`);
  return afterwards(one, ran, measured);
}

describe('the recorded runs', () => {
  it('are those of the cases', () => {
    expect(record.cases.map(({ name }) => name)).toEqual(CASES.map(({ name }) => name));
  });

  const cached = record.cases.flatMap((ran, index) => (ran.isCached ? [{ ...ran, index }] : []));

  it.each(cached)('$name, $events events: took the actions that the model says', ({ ran, index }) => {
    const { actionsPerSecond, input } = saidOf(index);
    const ratio = (ran.actions * input.eventsPerSecond) / actionsPerSecond;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.05);
  });

  // On a busy machine more events share a task than formulas know. CPU of half a minute, beside others, is no better known than this; and
  // the runs were on a faster machine than the costs are of: 0.72 of what is said is the least.
  it.each(cached)('$name, $events events: took about its history events and CPU', ({ ran, index }) => {
    const said = saidOf(index);
    const historyEvents = said.historyEventsPerSecond / said.input.eventsPerSecond;
    expect(ran.historyEvents / historyEvents).toBeGreaterThan(0.75);
    expect(ran.historyEvents / historyEvents).toBeLessThan(1.1);
    const cores = coresOfOneWorker(said, measured);
    expect(ran.cores / cores).toBeGreaterThan(0.72);
    expect(ran.cores / cores).toBeLessThan(1.25);
  });

  it('took half as much CPU again, or more, where no publisher stayed in the cache', () => {
    const [cold, notCached] = record.cases.filter(({ name }) => name.includes('each event its first'));
    expect((notCached?.ran.cores ?? 0) / (cold?.ran.cores ?? 1)).toBeGreaterThan(1.5);
  });
});

describe('what a worker takes beside', () => {
  it('is what the runs took beyond their history events and SNS requests', () => {
    const { historyEvent, snsCall, event } = measured.cpuMs;
    const ran = { actions: 2, historyEvents: 10, snsCalls: 1 };
    // 100 events in 20 seconds, and 0.08 cores beside.
    const cores = (5 * (10 * historyEvent + snsCall + event)) / 1_000 + 0.08;
    const one = { events: 100, isCached: true, ran: { ...ran, cores } };
    const other = { ...record, seconds: 20, cases: [{ ...record.cases[0], ...one }] } as CheckRecord;
    expect(measuredCosts(readResults(), other).workerCores).toBeCloseTo(0.08, 9);
  });

  it('is part of what each worker is planned with', () => {
    const { workers } = estimate({ eventsPerSecond: 0.001, aggregates: 10 }, measured);
    expect(workers.cores).toBeCloseTo(2 * measured.workerCores, 4);
  });
});

describe('a case', () => {
  it.each(CASES)('$name runs at the speed that is $cores cores', (one) => {
    expect(coresOfOneWorker(predicted(one, measured), measured)).toBeCloseTo(one.cores, 3);
  });
});
