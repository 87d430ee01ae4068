import { expect, it } from 'vitest';
import { countWithin } from '../../../src/common/count-within.ts';

// Each is 5 characters of JSON: "a" with its quotes and brackets.
const entries = [['a'], ['b'], ['c'], ['d']];

it.each([
  { maxEntries: 2, maxChars: 1_000, count: 2 },
  { maxEntries: 4, maxChars: 1_000, count: 4 },
  { maxEntries: 9, maxChars: 1_000, count: 4 },
  { maxEntries: 9, maxChars: 15, count: 3 },
  { maxEntries: 9, maxChars: 14, count: 2 },
  { maxEntries: 1, maxChars: 15, count: 1 },
])('$count of 4 entries are within $maxEntries entries and $maxChars characters', ({ count, ...limits }) => {
  expect(countWithin(entries, limits)).toBe(count);
});

it('the first entry is always within, so that a large one is not stuck', () => {
  expect(countWithin(entries, { maxEntries: 9, maxChars: 1 })).toBe(1);
});

it('a large entry waits for a payload of its own', () => {
  expect(countWithin([['a'], ['x'.repeat(100)], ['b']], { maxEntries: 9, maxChars: 100 })).toBe(1);
});

it('of nothing, nothing is within', () => {
  expect(countWithin([], { maxEntries: 9, maxChars: 9 })).toBe(0);
});
