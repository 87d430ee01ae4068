import { describe, expect, it } from 'vitest';
import { estimate } from '../../../bench/model/estimate.ts';
import { measuredCosts } from '../../../bench/model/measured.ts';
import { cachedWorkflowsIn } from '../../../src/worker/environment/cached-workflows.ts';

const measured = measuredCosts();

describe('workers', () => {
  it('are two at least, for one may die', () => {
    expect(estimate({ eventsPerSecond: 1, aggregates: 10 }).workers.count).toBe(2);
  });

  it.each([0.5, 1, 2, 8, 32])('of %d GB cache what the executable caches', (workerGb) => {
    const { workers, traffic } = estimate({ eventsPerSecond: 1_000, aggregates: 1e9, zipf: 0, workerGb });
    expect(workers.cachedByOne).toBe(cachedWorkflowsIn(workerGb * 2 ** 30));
    // 1,000 new ones a second, open for 600.
    expect(traffic.openPublishers / 600_000).toBeCloseTo(1, 2);
    expect(workers.forMemory).toBe(Math.ceil(traffic.openPublishers / workers.cachedByOne));
    expect(workers.count).toBe(Math.max(workers.forCpu, workers.forMemory));
  });

  it('of 32 GB are no fewer than 20,000 publishers each allow', () => {
    const wanted = { eventsPerSecond: 1_000, aggregates: 1_000_000, workerVcpu: 8, workerGb: 32 };
    const { workers, traffic } = estimate(wanted);
    expect(traffic.openPublishers / 1_000).toBeCloseTo(277, 0);
    expect(workers.forMemory).toBe(14);
  });

  it('cache fewer partitions than publishers of one aggregate: they are larger', () => {
    const { workers } = estimate({ eventsPerSecond: 1_000, aggregates: 1_000_000, partitions: 1_000 });
    expect(workers.cachedByOne).toBe(899);
    expect(workers.forMemory).toBe(2);
  });

  it('for CPU can be checked by hand: cores by the share that is planned', () => {
    const { workers, traffic, historyEventsPerSecond } = estimate({
      eventsPerSecond: 1_000,
      aggregates: 1_000_000,
    });
    const { cpuMs, workerCores } = measured;
    const ofEvents =
      (historyEventsPerSecond * cpuMs.historyEvent + traffic.snsCalls * cpuMs.snsCall + 1_000 * cpuMs.event) /
      1_000;
    expect(workers.cores).toBeCloseTo(ofEvents + workers.forCpu * workerCores, 9);
    expect(Math.ceil(workers.cores / 0.6)).toBe(workers.forCpu);
  });

  it('have two vCPU that count, and a note says so', () => {
    const of = (workerVcpu: number): ReturnType<typeof estimate> =>
      estimate({ eventsPerSecond: 10_000, aggregates: 1_000_000, workerVcpu });
    expect(of(16).workers.forCpu).toBe(of(2).workers.forCpu);
    expect(of(2).notes).toEqual([]);
    expect(of(16).notes).toEqual([expect.stringMatching(/16 vCPU 2 are counted, and all are paid/)]);
  });

  it('are not more than partitions without a note', () => {
    const of = (partitions: number): readonly string[] =>
      estimate({ eventsPerSecond: 10_000, aggregates: 100_000_000, partitions }).notes;
    expect(of(4)).toEqual([
      expect.stringMatching(/^\d+ workers share 4 partitions: .*Take at least \d+ partitions/),
    ]);
    expect(of(64)).toEqual([]);
  });
});
