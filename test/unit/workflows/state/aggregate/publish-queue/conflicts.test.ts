import { describe, expect, it } from 'vitest';
import type { PublishQueueState } from '../../../../../../src/common/protocol/state.ts';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntry } from '../../../../../support/messages.ts';
import { NOW, published, publishQueueWith, settings } from './publish-queue-with.ts';

/** Message `m-<number>` with another content than `customerEntry(number)`. */
const changed = (number: number) => customerEntry(number, { event: { type: 'Deleted' } });

/** What the next run gets, with what the test changes in it. */
function asNextRun(queue: PublishQueue, change: Partial<PublishQueueState> = {}): PublishQueue {
  const state = JSON.parse(JSON.stringify({ ...queue.snapshot(), ...change })) as PublishQueueState;
  return new PublishQueue(settings, state);
}

describe('a msgId that comes again with another content', () => {
  it('is counted, and named with the time', () => {
    const queue = publishQueueWith(2);
    queue.accept([changed(2)], NOW + 5_000);

    expect(queue.status()).toMatchObject({
      accepted: 2,
      pending: 2,
      duplicates: 1,
      conflicts: 1,
      lastConflict: { msgId: 'm-2', at: '2026-01-31T12:00:05.000Z' },
    });
  });

  it('is not published: the first content is', () => {
    const queue = publishQueueWith(1);
    queue.accept([changed(1)], NOW);

    expect(queue.take(NOW)).toEqual([customerEntry(1)]);
  });

  it('is noticed while the event is under way, when it is published, and within one call', () => {
    const queue = publishQueueWith(1);
    queue.take(NOW);
    queue.accept([changed(1)], NOW);
    expect(queue.status().conflicts).toBe(1);
    queue.settle(published('m-1'), NOW);
    queue.accept([changed(1)], NOW);
    expect(queue.status().conflicts).toBe(2);
    queue.accept([customerEntry(2), changed(2)], NOW);
    expect(queue.status().conflicts).toBe(3);
  });

  it('is named until another one comes; repeats with the first content change nothing', () => {
    const queue = publishQueueWith(3);
    queue.accept([changed(2), changed(1), customerEntry(3)], NOW);

    expect(queue.status()).toMatchObject({ duplicates: 3, conflicts: 2, lastConflict: { msgId: 'm-1' } });
  });

  it('differs in its meta, its id or its position as well as in its event', () => {
    const queue = publishQueueWith(3);
    queue.accept([customerEntry(1, { meta: { user: 'bob' } })], NOW);
    queue.accept([customerEntry(2, { id: 'C-2' })], NOW);
    queue.accept([customerEntry(3, { position: 3 })], NOW);

    expect(queue.status().conflicts).toBe(3);
  });
});

it('a msgId that comes again with the same content is a duplicate and no conflict', () => {
  const queue = publishQueueWith(2);
  queue.accept([customerEntry(1), customerEntry(2)], NOW);

  expect(queue.status()).toMatchObject({ duplicates: 2, conflicts: 0 });
  expect(queue.status()).not.toHaveProperty('lastConflict');
  expect(queue.snapshot()).not.toHaveProperty('conflicts');
});

describe('the next run', () => {
  it('knows the contents of the last one', () => {
    const queue = publishQueueWith(2);
    queue.take(NOW);
    queue.settle(published('m-1'), NOW);
    const next = asNextRun(queue);
    next.accept([customerEntry(1), customerEntry(2)], NOW);
    expect(next.status()).toMatchObject({ duplicates: 2, conflicts: 0 });
    next.accept([changed(1), changed(2)], NOW);

    expect(next.status()).toMatchObject({ duplicates: 4, conflicts: 2, lastConflict: { msgId: 'm-2' } });
  });

  it('goes on counting, and still names the last one', () => {
    const queue = publishQueueWith(1);
    queue.accept([changed(1)], NOW);
    const next = asNextRun(asNextRun(queue));
    expect(next.status()).toMatchObject({
      conflicts: 1,
      lastConflict: { msgId: 'm-1', at: '2026-01-31T12:00:00.000Z' },
    });
    next.accept([changed(1)], NOW);

    expect(next.status().conflicts).toBe(2);
  });
});

describe('state of a release that kept no contents', () => {
  const old: Partial<PublishQueueState> = {
    remembered: [
      ['m-1', NOW],
      ['m-2', NOW],
    ],
  };

  it('makes a repeated msgId a duplicate, whatever its content: nobody can tell', () => {
    const queue = asNextRun(publishQueueWith(2), old);
    queue.accept([customerEntry(1), changed(2)], NOW);

    expect(queue.status()).toMatchObject({ pending: 2, duplicates: 2, conflicts: 0 });
  });

  it('is handed on as it was, beside msgIds with contents, of which conflicts are noticed', () => {
    const queue = asNextRun(publishQueueWith(2), old);
    queue.accept([customerEntry(3), changed(1)], NOW);
    const next = asNextRun(queue);
    next.accept([changed(1), changed(3)], NOW);

    expect(next.snapshot().remembered).toEqual([
      ['m-1', NOW],
      ['m-2', NOW],
      ['m-3', NOW, '5c844c0f9867f429'],
    ]);
    expect(next.status()).toMatchObject({ conflicts: 1, lastConflict: { msgId: 'm-3' } });
  });
});
