import { describe, expect, it } from 'vitest';
import type { PublishFailure } from '../../../../../src/common/protocol/activities.ts';
import { BackOff } from '../../../../../src/workflows/state/aggregate/back-off.ts';

const unavailable: PublishFailure = { kind: 'retry', code: 'ServiceUnavailable', reason: 'Try again' };

/** Fails so many times in a row, each time when it was due. Gives back how long it waited after each. */
function failing(backOff: BackOff, times: number): number[] {
  return Array.from({ length: times }, () => {
    const now = backOff.dueAt ?? 0;
    backOff.due(now);
    backOff.fail(unavailable, now);
    return (backOff.dueAt ?? 0) - now;
  });
}

it('waits twice as long after each failure, a minute at most', () => {
  expect(failing(new BackOff(), 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

describe('an aggregate that waits when SNS takes events of others', () => {
  it('goes on at once, and says for how long it has failed', () => {
    const backOff = new BackOff();
    failing(backOff, 8);
    backOff.goOn(0);

    expect(backOff.isWaiting).toBe(false);
    expect(backOff.dueAt).toBeUndefined();
    expect(backOff.failing).toMatchObject({ code: 'ServiceUnavailable', since: '1970-01-01T00:00:00.000Z' });
  });

  it('waits as after a first failure when it fails again, and goes on at once no more: the cause is its own', () => {
    const backOff = new BackOff();
    failing(backOff, 8);
    backOff.goOn(0);
    expect(failing(backOff, 3)).toEqual([1_000, 2_000, 4_000]);

    const next = new BackOff(backOff.failing);
    next.goOn(0);
    expect(next.isWaiting).toBe(true);
    expect(failing(next, 1)).toEqual([8_000]);
  });

  it('goes on at once also in the next run', () => {
    const backOff = new BackOff();
    failing(backOff, 8);
    backOff.goOn(5);
    const next = new BackOff(backOff.failing);

    expect(next.dueAt).toBe(5);
  });

  it('goes on at once again when it has waited a minute since: the cause may have been another one', () => {
    const backOff = new BackOff();
    failing(backOff, 2);
    backOff.goOn(0);
    failing(backOff, 8);
    backOff.goOn(0);

    expect(backOff.isWaiting).toBe(false);
  });

  it('goes on at once again after it has published', () => {
    const backOff = new BackOff();
    failing(backOff, 2);
    backOff.goOn(0);
    backOff.end();
    failing(backOff, 2);
    backOff.goOn(0);

    expect(backOff.isWaiting).toBe(false);
  });
});
