import { describe, expect, it } from 'vitest';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntries, customerEntry, msgIdsOf } from '../../../../../support/messages.ts';
import { NOW, published, publishQueueWith, settings } from './publish-queue-with.ts';

describe('accepting', () => {
  it('keeps the order of the entries and of the calls', () => {
    const queue = new PublishQueue(settings);
    queue.accept(customerEntries(3, 4), NOW);
    queue.accept([customerEntry(1)], NOW);
    queue.accept([customerEntry(2)], NOW);

    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-3', 'm-4', 'm-1', 'm-2']);
  });

  it('drops a msgId that is waiting, and counts it', () => {
    const queue = publishQueueWith(2);
    queue.accept([customerEntry(2), customerEntry(3), customerEntry(1)], NOW);

    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-1', 'm-2', 'm-3']);
    expect(queue.status()).toMatchObject({ accepted: 3, pending: 3, duplicates: 2 });
  });

  it('drops a msgId that is under way', () => {
    const queue = publishQueueWith(1);
    queue.take(NOW);
    queue.accept([customerEntry(1)], NOW);
    queue.settle(published('m-1'), NOW);

    expect(queue.isEmpty).toBe(true);
  });

  it('drops a msgId that is published', () => {
    const queue = publishQueueWith(1);
    queue.take(NOW);
    queue.settle(published('m-1'), NOW);
    queue.accept([customerEntry(1)], NOW);

    expect(queue.isEmpty).toBe(true);
    expect(queue.status()).toMatchObject({ accepted: 1, published: 1, duplicates: 1 });
  });

  it('drops a msgId that comes twice in one call', () => {
    const queue = new PublishQueue(settings);
    queue.accept([customerEntry(1), customerEntry(1)], NOW);

    expect(queue.status()).toMatchObject({ pending: 1, duplicates: 1 });
  });

  it('keeps the first content of a msgId', () => {
    const queue = new PublishQueue(settings);
    queue.accept([customerEntry(1)], NOW);
    queue.accept([customerEntry(1, { event: { type: 'Deleted' } })], NOW);

    expect(queue.take(NOW)).toEqual([customerEntry(1)]);
  });

  it('of nothing changes nothing', () => {
    const queue = publishQueueWith(1);
    const before = queue.status();
    queue.accept([], NOW);

    expect(queue.status()).toEqual(before);
  });
});

describe('a new queue', () => {
  it('is empty, and nothing of it can be published', () => {
    const queue = new PublishQueue(settings);

    expect(queue.isEmpty).toBe(true);
    expect(queue.isReady).toBe(false);
    expect(queue.status()).toEqual({
      state: 'idle',
      pending: 0,
      accepted: 0,
      published: 0,
      duplicates: 0,
      conflicts: 0,
    });
  });
});
