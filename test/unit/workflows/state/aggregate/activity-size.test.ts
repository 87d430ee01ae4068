import { expect, it } from 'vitest';
import { ActivitySize } from '../../../../../src/workflows/state/aggregate/activity-size.ts';

/** The most events that activities take of a thousand, the first one and those after activities that came to so much. */
function sizesAfter(
  size: ActivitySize,
  ...activities: readonly [taken: number, published: number][]
): number[] {
  const sizes = [size.limitsFor(1_000).maxEntries];
  for (const [taken, published] of activities) {
    size.settle(taken, published);
    sizes.push(size.limitsFor(1_000).maxEntries);
  }
  return sizes;
}

const growing = (): ActivitySize => new ActivitySize(() => true);

it('doubles while activities get through what they take, up to 512', () => {
  const sizes = sizesAfter(growing(), [128, 128], [256, 256], [512, 512], [512, 512]);
  expect(sizes).toEqual([128, 256, 512, 512, 512]);
});

it('falls to what an activity came to when it gives events back, but not below 50', () => {
  const sizes = sizesAfter(growing(), [128, 128], [256, 130], [130, 3], [50, 0]);
  expect(sizes).toEqual([128, 256, 130, 50, 50]);
});

it('learns nothing from an activity for which there was little to take', () => {
  expect(sizesAfter(growing(), [1, 1], [64, 64], [65, 65])).toEqual([128, 128, 128, 130]);
});

it('is always 50 in a run that may not grow', () => {
  expect(sizesAfter(new ActivitySize(() => false), [50, 50], [50, 1])).toEqual([50, 50, 50]);
});

it('asks whether it may grow only when more than 50 wait', () => {
  let asked = 0;
  const size = new ActivitySize(() => {
    asked += 1;
    return true;
  });
  expect([size.limitsFor(1).maxEntries, size.limitsFor(50).maxEntries, asked]).toEqual([50, 50, 0]);
  size.limitsFor(51);
  expect(asked).toBe(1);
});
