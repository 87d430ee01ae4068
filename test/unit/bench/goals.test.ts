import { describe, expect, it } from 'vitest';
import { GOALS, type Goal, judge } from '../../../bench/goals.ts';
import { Results } from '../../../bench/results.ts';
import { goalTable } from '../../../bench/tables.ts';

const goal = (bounds: Pick<Goal, 'atLeast' | 'atMost'>, value: number | undefined): Goal => ({
  name: 'some',
  what: 'something',
  ...bounds,
  measure: () => value,
});

describe('goals', () => {
  it.each([
    [{ atLeast: 1.2 }, 1.2, '≥ 1.2', 'yes'],
    [{ atLeast: 1.2 }, 1.19, '≥ 1.2', 'NO'],
    [{ atMost: 150 }, 150, '≤ 150', 'yes'],
    [{ atMost: 150 }, 151, '≤ 150', 'NO'],
    [{}, 5, '', ''],
  ])('with %o is judged by its bound, and not at all without one', (bounds, value, wanted, reached) => {
    const table = goalTable(judge(new Results(), [goal(bounds, value)]));
    expect(table).toEqual([{ goal: 'something', wanted, value, reached }]);
  });

  it('is not judged when it was not measured', () => {
    const [judged] = judge(new Results(), [goal({ atLeast: 1 }, undefined)]);
    expect(judged).toMatchObject({ value: undefined, isReached: undefined });
  });

  it('compares contenders within a round', () => {
    const results = new Results();
    const speeds = { 'partitions-8': [240, 100], 'batched-by-hand': [200, 50] };
    for (const [contender, values] of Object.entries(speeds))
      for (const [round, eventsPerSecond] of values.entries())
        results.add({ workload: 'bulk', contender, round, values: { eventsPerSecond } });
    const judged = judge(results).find(({ goal: { name } }) => name === 'bulkPartitionedVsBatchedByHand');
    // The median of 1.2 and 2, not the ratio of the medians.
    expect(judged?.value).toBeCloseTo(1.6);
  });

  it('has a name for each', () => {
    expect(new Set(GOALS.map(({ name }) => name)).size).toBe(GOALS.length);
  });
});
