import { describe, expect, it } from 'vitest';
import { customerEntry, msgIdsOf } from '../../../../../support/messages.ts';
import { NOW, published, publishQueueWith, refusal } from './publish-queue-with.ts';

const parked = {
  msgId: 'm-2',
  code: 'InvalidParameter',
  reason: 'bad message',
  since: '2026-01-31T12:00:00.000Z',
};

function parkedAtSecondOfThree() {
  const queue = publishQueueWith(3);
  queue.take(NOW);
  queue.settle({ ...published('m-1'), failure: refusal }, NOW);
  return queue;
}

describe('an event that retrying cannot cure', () => {
  it('is parked with its reason, and later events wait behind it', () => {
    const queue = parkedAtSecondOfThree();

    expect(queue.parked).toEqual(parked);
    expect(queue.isReady).toBe(false);
    expect(queue.isEmpty).toBe(false);
    expect(queue.status()).toMatchObject({ state: 'parked', pending: 2, published: 1, next: 'm-2', parked });
  });

  it('is the first that was taken and not published, also when others wait behind the taken ones', () => {
    const queue = publishQueueWith(2);
    queue.take(NOW);
    queue.accept([customerEntry(3)], NOW);
    queue.settle({ ...published('m-1'), failure: refusal }, NOW);

    expect(queue.parked).toEqual(parked);
  });

  it('is none of those that arrived after taking: a refusal behind the last taken event parks nothing', () => {
    const queue = publishQueueWith(1);
    queue.take(NOW);
    queue.accept([customerEntry(2)], NOW);
    queue.settle({ ...published('m-1'), failure: refusal }, NOW);

    expect(queue.parked).toBeUndefined();
    expect(queue.status()).toMatchObject({ state: 'publishing', pending: 1, published: 1, next: 'm-2' });
    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-2']);
  });

  it('does not stop events from being accepted', () => {
    const queue = parkedAtSecondOfThree();
    queue.accept([customerEntry(4)], NOW);

    expect(queue.isReady).toBe(false);
    expect(queue.status()).toMatchObject({ state: 'parked', pending: 3 });
  });

  it('is tried again first, with the later events behind it', () => {
    const queue = parkedAtSecondOfThree();
    queue.retry(NOW);

    expect(queue.status()).not.toHaveProperty('parked');
    expect(queue.status().state).toBe('publishing');
    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-2', 'm-3']);
  });

  it('is parked anew, with the new time and reason, when it fails again', () => {
    const queue = parkedAtSecondOfThree();
    queue.retry(NOW);
    queue.take(NOW);
    queue.settle({ receipts: [], failure: { ...refusal, reason: 'still bad' } }, NOW + 60_000);

    expect(queue.parked).toEqual({ ...parked, reason: 'still bad', since: '2026-01-31T12:01:00.000Z' });
  });

  it('is dropped when it is published again while it is parked', () => {
    const queue = parkedAtSecondOfThree();
    queue.accept([customerEntry(2)], NOW);

    expect(queue.status()).toMatchObject({ pending: 2, duplicates: 1 });
  });
});

it('retry does nothing when no event is parked', () => {
  const queue = publishQueueWith(1);
  const before = queue.snapshot();
  queue.retry(NOW);

  expect(queue.snapshot()).toEqual(before);
});
