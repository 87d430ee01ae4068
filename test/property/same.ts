import { expect } from 'vitest';

// Vitest's own comparison costs microseconds, and most of these hold: it is asked for the message when one does not.

export function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) expect(actual, what).toBe(expected);
}

export function sameList(actual: readonly string[], expected: readonly string[]): void {
  const isSame = actual.length === expected.length && actual.every((text, index) => text === expected[index]);
  if (!isSame) expect(actual).toEqual(expected);
}
