import { describe, expect, it } from 'vitest';
import { resolveInput, type ScaleInput } from '../../../bench/model/input.ts';
import { measuredCosts } from '../../../bench/model/measured.ts';
import { meanBatch } from '../../../bench/model/publisher-rates.ts';
import { simulatePipeline } from '../../../bench/model/simulate/pipeline.ts';
import { actionsOf, historyEventsOf, requestsOf, trafficOf } from '../../../bench/model/traffic.ts';

const { points } = measuredCosts();

/** Each event comes after a pause, so nothing shares anything. */
const alone: ScaleInput = { eventsPerSecond: 1, aggregates: 1e9, zipf: 0 };

function measuredPoint(workload: string): (typeof points)[number] {
  const found = points.find((point) => point.workload === workload && point.contender === 'per-aggregate');
  if (!found) throw new Error(`${workload} is not measured`);
  return found;
}

describe('what an event costs that comes alone', () => {
  const traffic = trafficOf(resolveInput(alone));

  it('is what the benchmark counts in cold, and what closing takes', () => {
    // Cold ends before the linger timer does: it fires, a task is scheduled, started, completed, and so is the run.
    const closing = 5;
    expect(historyEventsOf(traffic) - closing).toBeCloseTo(measuredPoint('cold').historyEvents, 0.8);
    expect(historyEventsOf(traffic)).toBeCloseTo(17, 3);
  });

  it('is a signal, an activity and a timer', () => {
    expect(actionsOf(traffic)).toBeCloseTo(3, 3);
    expect(measuredPoint('cold').actions).toBeCloseTo(3, 1);
  });

  it('is nine requests to Temporal', () => {
    expect(requestsOf(traffic)).toBeCloseTo(9, 3);
  });

  it('is a fifth when five events come in a call', () => {
    const five = trafficOf(resolveInput({ ...alone, eventsPerCall: 5 }));
    expect(historyEventsOf(five)).toBeCloseTo(17 / 5, 3);
    expect(measuredPoint('bulk').historyEvents).toBeCloseTo(12 / 5, 1);
    expect(actionsOf(five)).toBeCloseTo(measuredPoint('bulk').actions, 2);
  });
});

describe('open publishers', () => {
  it('are those that had a call in the last ten minutes', () => {
    // Little's law: 1,000 new ones a second, 600 seconds each.
    const { openPublishers } = trafficOf(resolveInput({ eventsPerSecond: 1_000, aggregates: 1e9, zipf: 0 }));
    expect(openPublishers / 600_000).toBeCloseTo(1, 3);
  });

  it('are no more than there are aggregates, or partitions', () => {
    const busy = { eventsPerSecond: 100_000, aggregates: 1_000, zipf: 0 };
    expect(trafficOf(resolveInput(busy)).openPublishers).toBeCloseTo(1_000, 3);
    expect(trafficOf(resolveInput({ ...busy, partitions: 8 })).openPublishers).toBeCloseTo(8, 3);
  });

  it('are fewer when few aggregates have most of the events', () => {
    const open = (zipf: number): number =>
      trafficOf(resolveInput({ eventsPerSecond: 1_000, aggregates: 1_000_000, zipf })).openPublishers;
    expect(open(0.8)).toBeLessThan(0.7 * open(0));
  });
});

describe('a batch', () => {
  it('is one event when little comes, and what comes while the one before leaves when much does', () => {
    expect(meanBatch(0)).toBe(1);
    expect(meanBatch(0.1)).toBeCloseTo(1.005, 3);
    expect(meanBatch(30)).toBeCloseTo(30, 9);
  });
});

describe('one aggregate', () => {
  // From where each event is alone to where it nearly is at its bound, near to Temporal and far from it.
  it.each(
    [2, 10, 20, 30, 40, 50].flatMap((eventsPerSecond) =>
      [4, 20].map((temporalMs) => ({ eventsPerSecond, temporalMs })),
    ),
  )('of $eventsPerSecond events/s, $temporalMs ms from Temporal, shares as in the simulation', (speed) => {
    const setting = { ...speed, aggregates: 1, zipf: 0, clients: 1, snsMs: 15 };
    const counted = simulatePipeline({ ...setting, seconds: 60, seed: 3 });
    const { timers, ...said } = trafficOf(resolveInput(setting));
    const per = (rate: number): number => rate / speed.eventsPerSecond;
    expect(counted.signals / per(said.signals)).toBeCloseTo(1, 1);
    expect(counted.workflowTasks / per(said.workflowTasks - timers)).toBeCloseTo(1, 0.7);
    expect(counted.activities / per(said.activities)).toBeGreaterThan(0.75);
    expect(counted.activities / per(said.activities)).toBeLessThan(1.1);
    expect(counted.snsCalls).toBe(1);
  });
});

describe('partitions', () => {
  // From where nothing is shared to where nearly all is; one worker, as many events as it can do.
  it.each([10, 50, 100, 200, 400, 1_000, 2_000])(
    'at %d events/s share as much as in the simulation',
    (eventsPerSecond) => {
      const setting = { eventsPerSecond, aggregates: 100_000, zipf: 0, partitions: 8 };
      const there = { clients: 2, temporalMs: 20, snsMs: 15 };
      const counted = simulatePipeline({ ...setting, ...there, seconds: 20, seed: 7 });
      const said = trafficOf(resolveInput({ ...setting, ...there }));
      // Signals fit closely. Activities and tasks of a busy publisher come in step with each other, which the formulas do not know.
      expect(counted.signals / (said.signals / eventsPerSecond)).toBeCloseTo(1, 0.7);
      for (const [count, rate] of [
        [counted.workflowTasks, said.workflowTasks],
        [counted.activities, said.activities],
        [counted.snsCalls, said.snsCalls],
      ] as const) {
        const ratio = count / (rate / eventsPerSecond);
        expect(ratio).toBeGreaterThan(0.75);
        expect(ratio).toBeLessThan(1.35);
      }
    },
  );

  it('give one aggregate no more than its round trips, and make its events wait', () => {
    const setting = { aggregates: 1, zipf: 0, partitions: 1, clients: 1, temporalMs: 20, snsMs: 15, seed: 7 };
    const slow = simulatePipeline({ ...setting, eventsPerSecond: 5, seconds: 60 });
    const fast = simulatePipeline({ ...setting, eventsPerSecond: 60, seconds: 60 });
    expect(slow.busiestP99).toBeLessThan(200);
    expect(fast.busiestP50).toBeGreaterThan(5 * slow.busiestP50);
  });
});
