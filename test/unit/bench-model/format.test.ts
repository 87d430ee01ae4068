import { expect, it } from 'vitest';
import { exact, shown, times, wrapped } from '../../../bench/model/format.ts';

it('shows what was asked for to the last digit', () => {
  expect([0.001, 12.5, 3_000, 12_345].map(exact)).toEqual(['0.001', '12.5', '3,000', '12,345']);
});

it('sets thousands apart, also those that only rounding makes', () => {
  expect([0.123, 19.96, 999.4, 999.6, 12_345].map(shown)).toEqual(['0.12', '20', '999', '1,000', '12,300']);
});

it('never rounds across a limit', () => {
  expect([0.5, 0.954, 0.9996, 1, 1.0001, 1.023, 5.16].map(times)).toEqual([
    '0.5 ×',
    '0.95 ×',
    '0.99 ×',
    '1 ×',
    '1.01 ×',
    '1.03 ×',
    '5.2 ×',
  ]);
});

it('breaks lines between words, and indents what follows', () => {
  expect(wrapped('temporal actions: fewer of them', 17)).toBe('temporal actions:\n  fewer of them');
});
