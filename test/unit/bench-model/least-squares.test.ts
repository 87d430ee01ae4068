import { expect, it } from 'vitest';
import { fitRelative } from '../../../bench/model/least-squares.ts';

it('finds the costs of which everything is made', () => {
  const rows = [
    [12, 0.5, 1],
    [2.4, 0.3, 1],
    [0.1, 1, 1],
    [0.6, 0.1, 1],
  ];
  const costs = [0.7, 2, 0.05];
  const wanted = rows.map((row) => row.reduce((sum, value, index) => sum + value * (costs[index] ?? 0), 0));
  fitRelative(rows, wanted).forEach((cost, index) => {
    expect(cost).toBeCloseTo(costs[index] ?? 0, 9);
  });
});

it('gives nothing a cost below nothing', () => {
  const [first, second] = fitRelative(
    [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
    [1, 3, 5],
  );
  expect(first).toBeGreaterThan(1);
  expect(second).toBe(0);
});

it('takes a miss of the small as seriously as one of the large', () => {
  const [cost = 0] = fitRelative([[1], [100]], [2, 100]);
  // By absolute errors it would be 1.0001; relative to what is wanted, the small one pulls.
  expect(cost).toBeGreaterThan(1.1);
});
