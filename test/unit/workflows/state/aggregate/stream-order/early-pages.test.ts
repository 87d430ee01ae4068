import { describe, expect, it } from 'vitest';
import type { PublishEntry } from '../../../../../../src/common/protocol/entry.ts';
import type { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { msgIdsOf } from '../../../../../support/messages.ts';
import {
  at,
  GAP_MS,
  NOW,
  otherAt,
  publish,
  restarted,
  SETTLE_MS,
  streamQueueWith,
} from './stream-queue-with.ts';

/** Three of these are more than may be early in memory. */
const CHARS = 30_000;

/** Has published 1, and moved 3, 4 and 5 to a page. */
function withPage(): { queue: PublishQueue; entries: readonly PublishEntry[] } {
  const queue = streamQueueWith(1);
  publish(queue);
  queue.accept([at(5, CHARS), at(3, CHARS), at(4, CHARS)], NOW);
  const { entries } = queue.paging.beginSpill('page');
  queue.paging.endSpill(true, NOW);
  return { queue, entries };
}

it('early events move to a page when they are many, in order', () => {
  const { queue, entries } = withPage();

  expect(msgIdsOf(entries)).toEqual(['m-3', 'm-4', 'm-5']);
  expect(queue.paging.mustSpill).toBe(false);
  expect(queue.status()).toMatchObject({ pending: 3, accepted: 4, position: { early: 3 } });
  expect(queue.paging.pageToLoad).toBeUndefined();
});

it('they come back when their turn has come, and not again', () => {
  const { queue, entries } = withPage();
  queue.accept([at(2)], NOW);
  expect(queue.paging.pageToLoad).toBe('page');
  queue.paging.askedForPage(true);
  expect(queue.paging.pageToLoad).toBeUndefined();
  queue.paging.load({ page: 'page', entries }, NOW);

  expect(publish(queue)).toEqual(['m-2', 'm-3', 'm-4', 'm-5']);
  expect(queue.paging.load({ page: 'page', entries }, NOW)).toBe(false);
  expect(queue.status()).toMatchObject({ state: 'idle', accepted: 5, published: 5, duplicates: 0 });
});

it('they come back in another run', () => {
  const { queue, entries } = withPage();
  const next = restarted(queue);
  next.accept([at(2)], NOW);
  next.paging.load({ page: next.paging.pageToLoad ?? '', entries }, NOW);

  expect(publish(next)).toEqual(['m-2', 'm-3', 'm-4', 'm-5']);
});

it('they stay when the page could not be made', () => {
  const queue = streamQueueWith(1);
  queue.accept([at(5, CHARS), at(3, CHARS), at(4, CHARS)], NOW);
  queue.paging.beginSpill('page');
  queue.accept([at(2)], NOW);
  queue.paging.endSpill(false, NOW);

  expect(queue.paging.pageToLoad).toBeUndefined();
  expect(publish(queue)).toEqual(['m-1', 'm-2', 'm-3', 'm-4', 'm-5']);
  expect(queue.status()).toMatchObject({ accepted: 5, duplicates: 0 });
});

it('the gap before them is asked for, and parks with the first of them', () => {
  const { queue } = withPage();
  const next = restarted(queue);
  expect(next.due(NOW + GAP_MS)).toEqual({ from: 2, to: 2 });
  next.gapAsked('it has none', NOW + GAP_MS);

  expect(next.parked).toMatchObject({ code: 'Gap', msgId: 'm-3' });
});

it('skipping the gap fetches them', () => {
  const { queue, entries } = withPage();
  queue.due(NOW + GAP_MS);
  queue.gapAsked('it has none', NOW + GAP_MS);
  queue.skip(NOW + GAP_MS);
  expect(queue.paging.pageToLoad).toBe('page');
  queue.paging.load({ page: 'page', entries }, NOW);

  expect(publish(queue)).toEqual(['m-3', 'm-4', 'm-5']);
});

it('they are not fetched while the first events still sort themselves', () => {
  const queue = streamQueueWith();
  queue.accept([at(45, CHARS), at(43, CHARS), at(44, CHARS)], NOW);
  const { entries } = queue.paging.beginSpill('page');
  queue.paging.endSpill(true, NOW);
  expect(queue.paging.pageToLoad).toBeUndefined();

  queue.due(NOW + SETTLE_MS);
  queue.paging.load({ page: queue.paging.pageToLoad ?? '', entries }, NOW);
  expect(publish(queue)).toEqual(['m-43', 'm-44', 'm-45']);
});

describe('an event that comes again while it is in a page', () => {
  it('is published once, and counted as a duplicate when the page comes back', () => {
    const { queue, entries } = withPage();
    queue.accept([at(3, CHARS), at(2)], NOW);
    queue.paging.load({ page: queue.paging.pageToLoad ?? '', entries }, NOW);

    expect(publish(queue)).toEqual(['m-2', 'm-3', 'm-4', 'm-5']);
    expect(queue.status()).toMatchObject({ accepted: 5, published: 5, duplicates: 1, pending: 0 });
  });

  it.each([
    ['comes back', true],
    ['could not be made', false],
  ])('with another content, is a conflict when the page %s', (_title, isHeld) => {
    const queue = streamQueueWith(1);
    queue.accept([at(5, CHARS), at(3, CHARS), at(4, CHARS)], NOW);
    const { entries } = queue.paging.beginSpill('page');
    queue.accept([otherAt(4)], NOW);
    queue.paging.endSpill(isHeld, NOW);
    queue.accept([at(2)], NOW);
    if (isHeld) queue.paging.load({ page: queue.paging.pageToLoad ?? '', entries }, NOW);

    expect(queue.parked).toMatchObject({ code: 'PositionConflict', msgId: 'm-4' });
    queue.skip(NOW);
    expect(publish(queue)).toEqual(['m-1', 'm-2', 'm-3', 'other-4', 'm-5']);
    expect(queue.status()).toMatchObject({ conflicts: 1, duplicates: 1, accepted: 5 });
  });
});
