import { beforeEach, describe, expect, it, vi } from 'vitest';
import { UnpublishedEvents } from '../../../src/activities/unpublished-events.ts';
import { UNPUBLISHED_KEPT_MS, UNPUBLISHED_LOOK_MS } from '../../../src/common/defaults.ts';
import type { PublishEventsInput, PublishFailure } from '../../../src/common/protocol/activities.ts';
import { customerEntries } from '../../support/messages.ts';
import { useFakeIntervals } from './fake-intervals.ts';

const tell = vi.fn();
const PUBLISHED = [{ receipts: [] }];

function failed(kind: PublishFailure['kind']) {
  return [{ receipts: [], failure: { kind, code: 'Code', reason: 'reason' } }];
}

/** Events of one aggregate, the oldest handed over that many seconds ago. */
function input(count: number, { age = 0, waiting = 0 } = {}): PublishEventsInput {
  const entries = customerEntries(1, count).map((entry, index) => ({
    ...entry,
    handedOverAt: Date.now() - age * 1_000 + index,
  }));
  return { topic: 'Customer', aggregates: [{ id: 'C-1', entries }], ...(waiting > 0 ? { waiting } : {}) };
}

describe('what a worker has not published', () => {
  useFakeIntervals();
  beforeEach(() => tell.mockReset());

  it('is told, with the age of the oldest, until it is published', () => {
    const events = new UnpublishedEvents(tell);
    events.begin({ workflowId: 'w-1', activityId: '1' }, input(3, { age: 60 }));
    events.begin({ workflowId: 'w-2', activityId: '1' }, input(2, { age: 5 }));
    vi.advanceTimersByTime(UNPUBLISHED_LOOK_MS);
    expect(tell).toHaveBeenLastCalledWith(5, 65);
    events.end({ workflowId: 'w-1', activityId: '1' }, PUBLISHED);
    vi.advanceTimersByTime(UNPUBLISHED_LOOK_MS);
    expect(tell).toHaveBeenLastCalledWith(2, 15);
    events.end({ workflowId: 'w-2', activityId: '1' }, PUBLISHED);
    vi.advanceTimersByTime(UNPUBLISHED_LOOK_MS);
    expect(tell).toHaveBeenLastCalledWith(0, 0);
    vi.advanceTimersByTime(10 * UNPUBLISHED_LOOK_MS);
    expect(tell).toHaveBeenCalledTimes(3);
  });

  it('counts what a publisher has once: what one of its attempts has, waits behind the other', () => {
    const events = new UnpublishedEvents(tell);
    events.begin({ workflowId: 'partition', activityId: '1' }, input(1, { waiting: 10 }));
    events.begin({ workflowId: 'partition', activityId: '2' }, input(4, { waiting: 7 }));
    events.begin({ workflowId: 'another', activityId: '1' }, input(1));
    vi.advanceTimersByTime(UNPUBLISHED_LOOK_MS);
    expect(tell).toHaveBeenLastCalledWith(12, expect.any(Number));
  });

  it.each(['retry', 'configuration'] as const)('stays while it is tried again, after a %s', (kind) => {
    const events = new UnpublishedEvents(tell);
    events.begin({ workflowId: 'w', activityId: '1' }, input(1));
    events.end({ workflowId: 'w', activityId: '1' }, failed(kind));
    vi.advanceTimersByTime(UNPUBLISHED_LOOK_MS);
    expect(tell).toHaveBeenLastCalledWith(1, UNPUBLISHED_LOOK_MS / 1_000);
  });

  it('is forgotten when another worker has got it, or when it parks', () => {
    const events = new UnpublishedEvents(tell);
    events.begin({ workflowId: 'parked', activityId: '1' }, input(1));
    events.end({ workflowId: 'parked', activityId: '1' }, failed('event'));
    events.begin({ workflowId: 'moved', activityId: '1' }, input(1));
    events.end({ workflowId: 'moved', activityId: '1' }, failed('retry'));
    vi.advanceTimersByTime(UNPUBLISHED_KEPT_MS);
    expect(tell).toHaveBeenLastCalledWith(1, expect.any(Number));
    vi.advanceTimersByTime(UNPUBLISHED_LOOK_MS);
    expect(tell).toHaveBeenLastCalledWith(0, 0);
  });
});
