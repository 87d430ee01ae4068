import { expect, it } from 'vitest';
import { ActivitySize } from '../../../../../src/workflows/state/aggregate/activity-size.ts';

/** The most events that activities take, the first one and those after activities that came to so much. */
function sizesAfter(
  size: ActivitySize,
  ...activities: readonly [taken: number, published: number][]
): number[] {
  const sizes = [size.limits.maxEntries];
  for (const [taken, published] of activities) {
    size.settle(taken, published);
    sizes.push(size.limits.maxEntries);
  }
  return sizes;
}

it('doubles while activities get through what they take, up to 512', () => {
  const sizes = sizesAfter(new ActivitySize(), [128, 128], [256, 256], [512, 512], [512, 512]);
  expect(sizes).toEqual([128, 256, 512, 512, 512]);
});

it('falls to what an activity came to when it gives events back, but not below 50', () => {
  const sizes = sizesAfter(new ActivitySize(), [128, 128], [256, 130], [130, 3], [50, 0]);
  expect(sizes).toEqual([128, 256, 130, 50, 50]);
});

it('learns nothing from an activity for which there was little to take', () => {
  expect(sizesAfter(new ActivitySize(), [1, 1], [64, 64], [65, 65])).toEqual([128, 128, 128, 130]);
});
