import { describe, expect, it } from 'vitest';
import { Agenda } from '../../../bench/model/simulate/agenda.ts';
import { Pick } from '../../../bench/model/simulate/pick.ts';
import { simulatePipeline } from '../../../bench/model/simulate/pipeline.ts';
import { seeded, untilNext } from '../../../bench/model/simulate/random.ts';
import { spreadOf } from '../../../bench/model/spread.ts';

describe('random numbers', () => {
  it('are the same for the same seed, and others for another', () => {
    const numbers = (seed: number): readonly number[] => Array.from({ length: 5 }, seeded(seed));
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
  });

  it('bring events at the rate that is asked for', () => {
    const random = seeded(3);
    const gaps = Array.from({ length: 20_000 }, () => untilNext(random, 50));
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeGreaterThan(392);
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeLessThan(408);
  });
});

describe('a spread', () => {
  it.each([
    [1, 0.8],
    [7, 1],
    [1_000, 0],
    [100_000_000, 0.8],
  ])('of %d aggregates at zipf %d has all of them, and all events', (aggregates, zipf) => {
    const spread = spreadOf(aggregates, zipf);
    expect(spread.reduce((sum, group) => sum + group.aggregates, 0)).toBe(aggregates);
    expect(spread.reduce((sum, group) => sum + group.aggregates * group.each, 0)).toBeCloseTo(1, 9);
  });

  it('gives the busiest what the exact sum gives it', () => {
    let sum = 0;
    for (let rank = 1; rank <= 1_000_000; rank += 1) sum += rank ** -0.8;
    expect((spreadOf(1_000_000, 0.8)[0]?.each ?? 0) * sum).toBeCloseTo(1, 3);
  });

  it('is what is picked', () => {
    const pick = new Pick(spreadOf(1_000, 1), seeded(4));
    const picked = Array.from({ length: 50_000 }, () => pick.next());
    const share = (aggregate: number): number =>
      picked.filter((one) => one === aggregate).length / picked.length;
    expect(share(0) / share(1)).toBeCloseTo(2, 0);
    expect(share(0)).toBeCloseTo(spreadOf(1_000, 1)[0]?.each ?? 0, 2);
    expect(Math.max(...picked)).toBeLessThan(1_000);
  });
});

describe('the agenda', () => {
  it('does what is due first, and of the same time what was added first', () => {
    const agenda = new Agenda();
    const done: string[] = [];
    const note = (what: string) => (): void => void done.push(`${what} ${agenda.now}`);
    for (const at of [5, 3, 9, 3, 7, 1]) agenda.at(at, note(`at`));
    agenda.at(3, () => agenda.after(4, note('later')));
    agenda.run();
    expect(done).toEqual(['at 1', 'at 3', 'at 3', 'at 5', 'at 7', 'later 7', 'at 9']);
  });
});

describe('the simulation', () => {
  const one = { aggregates: 50, zipf: 0.8, clients: 2, temporalMs: 20, snsMs: 15, seconds: 20, seed: 9 };

  it('publishes every event, and comes to the same for the same seed', () => {
    const setting = { ...one, eventsPerSecond: 200, partitions: 4 };
    const result = simulatePipeline(setting);
    expect(result.events).toBeGreaterThan(3_700);
    expect(simulatePipeline(setting)).toEqual(result);
  });

  it('takes for an event that comes alone what its round trips take', () => {
    // Signal, workflow task, SNS.
    const { publishedP50 } = simulatePipeline({ ...one, aggregates: 1_000_000, eventsPerSecond: 1 });
    expect(publishedP50).toBe(20 + 20 + 15);
  });

  it('fills batches across aggregates once requests are in flight, and with no more than ten', () => {
    const setting = { ...one, aggregates: 100_000, zipf: 0, partitions: 8 };
    expect(simulatePipeline({ ...setting, eventsPerSecond: 20 }).snsCalls).toBeGreaterThan(0.9);
    const busy = simulatePipeline({ ...setting, eventsPerSecond: 4_000 }).snsCalls;
    expect(busy).toBeGreaterThanOrEqual(0.1);
    expect(busy).toBeLessThan(0.2);
  });

  it('of one of several workers has the publishers of that one, as busy as they are, and the busiest aggregate', () => {
    const setting = { ...one, aggregates: 10_000, eventsPerSecond: 400, partitions: 8 };
    const all = simulatePipeline(setting);
    const ofOne = simulatePipeline({ ...setting, workers: 5 });
    // Eight partitions on five workers: two of them, or one, with what these have of all events.
    const share = ofOne.events / all.events;
    expect(Math.abs(share - 1 / 4) < 0.03 || Math.abs(share - 1 / 8) < 0.03).toBe(true);
    expect(ofOne.signals / all.signals).toBeCloseTo(1, 1);
    expect(ofOne.busiestP50).toBeGreaterThan(0);
  });

  it('of one of several workers leaves an aggregate as busy as it is', () => {
    const setting = { ...one, aggregates: 2, zipf: 1, eventsPerSecond: 60 };
    // It has 40 a second; the other one is another worker's.
    const { events } = simulatePipeline({ ...setting, workers: 7 });
    expect(events / 20).toBeGreaterThan(36);
    expect(events / 20).toBeLessThan(44);
  });
});
