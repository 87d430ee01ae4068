import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CollectorTally } from '../../../src/collector/collector-status.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const standing = { group: 'A', messageId: 'm-1', at: '2026-01-31T12:00:00.000Z', reason: 'it fails' };
const status = (tally: CollectorTally) => tally.toStatus('running', 0);

it('an aggregate that does not come again here is forgotten: another process may have it, and does well', () => {
  const tally = new CollectorTally('ReadModel');
  tally.failing({ ...standing, failures: 1, nextInSeconds: 10 });
  tally.parked({ ...standing, group: 'B', code: 'INVALID_EVENT' }, 60);
  // Three times its pause, and a minute for a slow try.
  vi.advanceTimersByTime(80_000);
  expect(status(tally).failing).toEqual([{ ...standing, failures: 1, nextInSeconds: 10 }]);
  vi.advanceTimersByTime(20_000);
  expect(status(tally).failing).toEqual([]);
  expect(status(tally).parked).toHaveLength(1);
  vi.advanceTimersByTime(160_000);
  expect(status(tally).parked).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

it('one that comes again and fails stays', () => {
  const tally = new CollectorTally('ReadModel');
  for (const failures of [1, 2, 3]) {
    tally.failing({ ...standing, failures, nextInSeconds: 10 });
    vi.advanceTimersByTime(60_000);
  }
  expect(status(tally).failing).toMatchObject([{ failures: 3 }]);
});

it('says once that it stands, and that it goes on', () => {
  const tally = new CollectorTally('ReadModel');
  const parked = { ...standing, code: 'INVALID_EVENT' };
  expect([tally.parked(parked, 60), tally.parked(parked, 60)]).toEqual([true, false]);
  expect(tally.parked({ ...parked, messageId: 'm-2' }, 60)).toBe(true);
  expect([tally.settled('A'), tally.settled('A')]).toEqual([true, false]);
  expect([tally.receiving(new Error('gone')), tally.receiving(new Error('gone'))]).toEqual([true, false]);
  expect([tally.receiving(undefined), tally.receiving(undefined)]).toEqual([true, false]);
});
