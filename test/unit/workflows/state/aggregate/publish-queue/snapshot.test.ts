import { describe, expect, it } from 'vitest';
import type { PublishQueueState } from '../../../../../../src/common/protocol/state.ts';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntries, customerEntry, msgIdsOf } from '../../../../../support/messages.ts';
import { NOW, published, publishQueueWith, receiptOf, refusal, settings } from './publish-queue-with.ts';

/** A queue with something in every field of its state. */
function fullQueue(): PublishQueue {
  const queue = publishQueueWith(3);
  queue.accept([customerEntry(1)], NOW);
  queue.take(NOW);
  queue.settle({ ...published('m-1'), failure: refusal }, NOW);
  return queue;
}

/** What the next run gets: Temporal carries state as JSON. */
function asNextRun(queue: PublishQueue): PublishQueue {
  return new PublishQueue(settings, JSON.parse(JSON.stringify(queue.snapshot())) as PublishQueueState);
}

describe('the state of a queue', () => {
  it('is plain JSON with everything in it', () => {
    expect(JSON.parse(JSON.stringify(fullQueue().snapshot()))).toEqual({
      pending: customerEntries(2, 3),
      remembered: [
        ['m-1', NOW, 'dd11abc9a46a0c4f'],
        ['m-2', NOW, '076298c2ce58f434'],
        ['m-3', NOW, '5c844c0f9867f429'],
      ],
      accepted: 3,
      published: 1,
      duplicates: 1,
      lastReceipt: receiptOf('m-1'),
      parked: {
        msgId: 'm-2',
        code: 'InvalidParameter',
        reason: 'bad message',
        since: '2026-01-31T12:00:00.000Z',
      },
    });
  });

  it('has no empty fields', () => {
    expect(Object.keys(new PublishQueue(settings).snapshot())).toEqual([
      'pending',
      'remembered',
      'accepted',
      'published',
      'duplicates',
    ]);
  });

  it('makes the same queue in the next run', () => {
    const queue = fullQueue();
    const next = asNextRun(queue);

    expect(next.snapshot()).toEqual(queue.snapshot());
    expect(next.status()).toEqual(queue.status());
  });

  it('is not changed by what the next run does with it', () => {
    const queue = publishQueueWith(1);
    const state = queue.snapshot();
    const next = new PublishQueue(settings, state);
    next.accept([customerEntry(2)], NOW);
    next.take(NOW);

    expect(state).toEqual(publishQueueWith(1).snapshot());
  });

  it('cannot be taken while a batch is under way', () => {
    const queue = publishQueueWith(1);
    queue.take(NOW);

    expect(() => queue.snapshot()).toThrow(new TypeError('snapshot() while events are under way'));
  });
});

describe('the next run', () => {
  it('goes on where the last one stopped', () => {
    const queue = publishQueueWith(3);
    queue.take(NOW);
    queue.settle(published('m-1'), NOW);

    expect(msgIdsOf(asNextRun(queue).take(NOW))).toEqual(['m-2', 'm-3']);
  });

  it('knows the msgIds of the last one', () => {
    const next = asNextRun(fullQueue());
    next.accept(customerEntries(1, 4), NOW);

    expect(next.status()).toMatchObject({ accepted: 4, duplicates: 4, pending: 3 });
  });

  it('is still parked', () => {
    const next = asNextRun(fullQueue());

    expect(next.isReady).toBe(false);
    expect(next.parked?.msgId).toBe('m-2');
  });
});
