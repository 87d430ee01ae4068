import { describe, expect, it } from 'vitest';
import type { AggregateOutcome } from '../../../../../../src/common/protocol/activities.ts';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntries, customerEntry, msgIdsOf } from '../../../../../support/messages.ts';
import {
  NOW,
  published,
  publishQueueWith,
  receiptOf,
  refusal,
  settings,
  throttled,
} from './publish-queue-with.ts';

describe('taking', () => {
  it('gives at most 128 events at first', () => {
    const queue = publishQueueWith(129);

    expect(msgIdsOf(queue.take(NOW))).toEqual(msgIdsOf(customerEntries(1, 128)));
  });

  it('gives at most 256 Ki characters of events', () => {
    const queue = new PublishQueue(settings);
    queue.accept(customerEntries(1, 5, { event: { type: 'NameChanged', name: 'x'.repeat(100_000) } }), NOW);

    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-1', 'm-2']);
  });

  it('gives one event that is larger than that', () => {
    const queue = new PublishQueue(settings);
    queue.accept(customerEntries(1, 2, { event: { type: 'NameChanged', name: 'x'.repeat(300_000) } }), NOW);

    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-1']);
  });

  it('leaves nothing to take until it is settled', () => {
    const queue = publishQueueWith(51);
    expect(queue.isReady).toBe(true);
    queue.take(NOW);
    expect(queue.isReady).toBe(false);
    queue.settle(published('m-1'), NOW);
    expect(queue.isReady).toBe(true);
  });
});

describe('the status of what is under way', () => {
  it('says since when SNS has not acknowledged anything of it', () => {
    const queue = publishQueueWith(2);
    expect(queue.status()).not.toHaveProperty('publishingSince');
    queue.take(NOW + 5_000);
    expect(queue.status().publishingSince).toBe('2026-01-31T12:00:05.000Z');
    queue.settle({ ...published('m-1'), failure: throttled }, NOW + 6_000);
    expect(queue.status()).not.toHaveProperty('publishingSince');
    queue.take(NOW + 7_000);
    expect(queue.status().publishingSince).toBe('2026-01-31T12:00:07.000Z');
  });
});

describe('settling', () => {
  it('removes what was published', () => {
    const queue = publishQueueWith(2);
    queue.take(NOW);
    queue.settle(published('m-1', 'm-2'), NOW);

    expect(queue.isEmpty).toBe(true);
    expect(queue.status()).toEqual({
      state: 'idle',
      pending: 0,
      accepted: 2,
      published: 2,
      duplicates: 0,
      conflicts: 0,
      lastReceipt: receiptOf('m-2'),
    });
  });

  it('keeps what was not, in its place', () => {
    const queue = publishQueueWith(3);
    queue.take(NOW);
    queue.settle({ ...published('m-1'), failure: throttled }, NOW);

    expect(queue.status()).toMatchObject({ state: 'publishing', pending: 2, published: 1, next: 'm-2' });
    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-2', 'm-3']);
  });

  it('keeps everything when nothing was published', () => {
    const queue = publishQueueWith(2);
    queue.take(NOW);
    queue.settle({ receipts: [] }, NOW);

    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-1', 'm-2']);
  });

  it('keeps behind what arrived meanwhile', () => {
    const queue = publishQueueWith(2);
    queue.take(NOW);
    queue.accept([customerEntry(3)], NOW);
    queue.settle(published('m-1'), NOW);

    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-2', 'm-3']);
  });

  it('keeps the last receipt when a later attempt brings none', () => {
    const queue = publishQueueWith(2);
    queue.take(NOW);
    queue.settle(published('m-1'), NOW);
    queue.take(NOW);
    queue.settle({ receipts: [], failure: throttled }, NOW);

    expect(queue.status().lastReceipt).toEqual(receiptOf('m-1'));
  });

  it.each(['retry', 'configuration'] as const)('does not park for a failure of the kind %s', (kind) => {
    const queue = publishQueueWith(1);
    queue.take(NOW);
    queue.settle({ receipts: [], failure: { ...throttled, kind } }, NOW);

    expect(queue.parked).toBeUndefined();
    expect(queue.isReady).toBe(true);
  });
});

describe('misuse', () => {
  it.each([
    ['nothing waits', () => new PublishQueue(settings)],
    [
      'a batch is under way',
      () => {
        const queue = publishQueueWith(51);
        queue.take(NOW);
        return queue;
      },
    ],
    [
      'an event is parked',
      () => {
        const queue = publishQueueWith(1);
        queue.take(NOW);
        queue.settle({ receipts: [], failure: { ...throttled, kind: 'event' } }, NOW);
        return queue;
      },
    ],
  ])('taking throws when %s', (_when, create) => {
    expect(() => create().take(NOW)).toThrow(new TypeError('take() without a ready event'));
  });

  it('settling throws for more receipts than events were taken, and changes nothing', () => {
    const queue = publishQueueWith(1);
    queue.take(NOW);
    const message = 'settle() with more receipts than taken events';

    expect(() => queue.settle(published('m-1', 'm-2'), NOW)).toThrow(new TypeError(message));
    expect(queue.status()).toMatchObject({ pending: 1, published: 0 });
  });

  it.each<[string, AggregateOutcome]>([
    ['nothing', { receipts: [] }],
    ['a receipt', published('m-1')],
    ['a failure', { receipts: [], failure: throttled }],
    ['a refusal', { receipts: [], failure: refusal }],
  ])('settling %s throws when nothing was taken, and changes nothing', (_what, outcome) => {
    const queue = publishQueueWith(1);
    const before = queue.snapshot();

    expect(() => queue.settle(outcome, NOW)).toThrow(new TypeError('settle() without take()'));
    expect(queue.snapshot()).toEqual(before);
  });

  it('settling twice throws, and changes nothing', () => {
    const queue = publishQueueWith(2);
    queue.take(NOW);
    queue.settle(published('m-1'), NOW);
    const before = queue.snapshot();

    expect(() => queue.settle(published('m-2'), NOW)).toThrow(new TypeError('settle() without take()'));
    expect(queue.snapshot()).toEqual(before);
  });

  it('after a settling that threw, the taken events can still be settled', () => {
    const queue = publishQueueWith(1);
    queue.take(NOW);
    expect(() => queue.settle(published('m-1', 'm-2'), NOW)).toThrow(TypeError);
    queue.settle(published('m-1'), NOW);

    expect(queue.status()).toMatchObject({ pending: 0, published: 1 });
  });
});
