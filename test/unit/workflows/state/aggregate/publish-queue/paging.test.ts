import { describe, expect, it } from 'vitest';
import type { PublishEntry } from '../../../../../../src/common/protocol/entry.ts';
import type { PublishQueueState } from '../../../../../../src/common/protocol/state.ts';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntry, entriesOfChars, entryOfChars, msgIdsOf } from '../../../../../support/messages.ts';
import { NOW, published, refusal, settings } from './publish-queue-with.ts';

/** Characters of each event: an activity takes two of them, memory holds four. */
const CHARS = 96 * 1024;

/** The entry `m-<number>` of the examples. */
const entry = (number: number): PublishEntry => entryOfChars(number, CHARS);

/** `m-1` … `m-7` were accepted: two are in memory, `m-3` and `m-4` in `page-1`, `m-5` and `m-6` in `page-2`, then `m-7`. */
function pagedQueue(): PublishQueue {
  const queue = new PublishQueue(settings);
  queue.accept(entriesOfChars(1, 7, CHARS), NOW);
  const { pending, ...state } = queue.snapshot();
  return new PublishQueue(settings, {
    ...state,
    pending: pending.slice(0, 2),
    pages: [
      { page: 'page-1', count: 2 },
      { page: 'page-2', count: 2 },
    ],
    tail: pending.slice(6),
  });
}

/** The same one, its first two events published. */
function drainedQueue(): PublishQueue {
  const queue = pagedQueue();
  publishNext(queue);
  return queue;
}

/** What the next activity publishes, all of it. */
function publishNext(queue: PublishQueue): readonly string[] {
  const msgIds = msgIdsOf(queue.take(NOW));
  queue.settle(published(...msgIds), NOW);
  return msgIds;
}

function asNextRun(queue: PublishQueue): PublishQueue {
  return new PublishQueue(settings, JSON.parse(JSON.stringify(queue.snapshot())) as PublishQueueState);
}

const page1 = { page: 'page-1', entries: [entry(3), entry(4)] };
const page2 = { page: 'page-2', entries: [entry(5), entry(6)] };

describe('a queue with pages', () => {
  it('publishes what is in memory first, while the pages wait', () => {
    const queue = pagedQueue();

    expect(queue.isReady).toBe(true);
    expect(queue.paging.pageToLoad).toBeUndefined();
    expect(publishNext(queue)).toEqual(['m-1', 'm-2']);
    expect(queue.isReady).toBe(false);
    expect(queue.paging.pageToLoad).toBe('page-1');
  });

  it('counts what the pages hold as waiting', () => {
    expect(pagedQueue().status()).toMatchObject({
      state: 'publishing',
      pending: 7,
      accepted: 7,
      next: 'm-1',
    });
    const queue = drainedQueue();

    expect(queue.status()).toMatchObject({ state: 'publishing', pending: 5, published: 2 });
    expect(queue.status()).not.toHaveProperty('next');
  });

  it('publishes all of it in the order of acceptance, also what was accepted meanwhile', () => {
    const queue = drainedQueue();
    const left: string[] = [];
    queue.accept([entry(8)], NOW);
    queue.paging.load(page1, NOW);
    left.push(...publishNext(queue));
    queue.accept([entry(9)], NOW);
    queue.paging.load(page2, NOW);
    while (queue.isReady) left.push(...publishNext(queue));

    expect(left).toEqual(['m-3', 'm-4', 'm-5', 'm-6', 'm-7', 'm-8', 'm-9']);
  });

  it('knows the msgIds of the events in its pages', () => {
    const queue = drainedQueue();
    queue.accept([entry(3), entry(6), customerEntry(4)], NOW);

    expect(queue.status()).toMatchObject({ pending: 5, duplicates: 3, conflicts: 1 });
  });

  it('cannot hand on its state while a page is being made', () => {
    const queue = pagedQueue();
    queue.accept([entry(8), entry(9)], NOW);
    queue.paging.beginSpill('page-3');

    expect(() => queue.snapshot()).toThrow(new TypeError('snapshot() while a page is being made'));
  });

  it('may make a page while events are under way, of others than those', () => {
    const queue = new PublishQueue(settings);
    queue.accept(entriesOfChars(1, 2, CHARS), NOW);
    queue.take(NOW);
    queue.accept(entriesOfChars(3, 5, CHARS), NOW);

    expect(msgIdsOf(queue.paging.beginSpill('page-1').entries)).toEqual(['m-4', 'm-5']);
    queue.settle(published('m-1'), NOW);
    queue.paging.endSpill(true, NOW);
    expect(publishNext(queue)).toEqual(['m-2', 'm-3']);
    expect(queue.paging.pageToLoad).toBe('page-1');
  });

  it('publishes from memory when the page could not be made', () => {
    const queue = new PublishQueue(settings);
    queue.accept(entriesOfChars(1, 5, CHARS), NOW);
    queue.paging.beginSpill('page-1');
    expect(publishNext(queue)).toEqual(['m-1', 'm-2']);
    expect(publishNext(queue)).toEqual(['m-3']);
    expect(queue.isReady).toBe(false);
    queue.paging.endSpill(false, NOW);

    expect(publishNext(queue)).toEqual(['m-4', 'm-5']);
  });
});

describe('the page to load', () => {
  it('is asked for once, until it comes', () => {
    const queue = drainedQueue();
    queue.paging.askedForPage(true);
    expect(queue.paging.pageToLoad).toBeUndefined();
    queue.accept([entry(8)], NOW);
    expect(queue.paging.pageToLoad).toBeUndefined();
    queue.paging.load(page1, NOW);
    expect(queue.paging.pageToLoad).toBeUndefined();
    expect(publishNext(queue)).toEqual(['m-3', 'm-4']);
    expect(queue.paging.pageToLoad).toBe('page-2');
  });

  it('is asked for again when it could not be reached', () => {
    const queue = drainedQueue();
    queue.paging.askedForPage(true);
    queue.paging.askedForPage(false);

    expect(queue.paging.pageToLoad).toBe('page-1');
  });

  it('may come although it could not be reached, as far as anybody knows', () => {
    const queue = drainedQueue();
    queue.paging.askedForPage(true);
    queue.paging.load(page1, NOW);
    queue.paging.askedForPage(false);

    expect(queue.paging.pageToLoad).toBeUndefined();
    expect(publishNext(queue)).toEqual(['m-3', 'm-4']);
  });

  it('that comes again is not published again', () => {
    const queue = drainedQueue();
    queue.paging.load(page1, NOW);
    queue.paging.load(page1, NOW);
    expect(publishNext(queue)).toEqual(['m-3', 'm-4']);
    queue.paging.load(page1, NOW);

    expect(queue.isReady).toBe(false);
    expect(queue.paging.pageToLoad).toBe('page-2');
    expect(queue.status().pending).toBe(3);
  });

  it('is none when there are none', () => {
    const queue = new PublishQueue(settings);
    queue.accept([entry(1)], NOW);
    publishNext(queue);

    expect(queue.paging.pageToLoad).toBeUndefined();
  });
});

describe('an event that is parked while pages wait', () => {
  function parkedQueue(): PublishQueue {
    const queue = pagedQueue();
    queue.take(NOW);
    queue.settle({ ...published('m-1'), failure: refusal }, NOW);
    return queue;
  }

  it('stops the queue: nothing is published, no page is fetched', () => {
    const queue = parkedQueue();

    expect(queue.isReady).toBe(false);
    expect(queue.paging.pageToLoad).toBeUndefined();
    expect(queue.status()).toMatchObject({ state: 'parked', pending: 6, parked: { msgId: 'm-2' } });
  });

  it('does not stop events from being accepted, and from moving to pages', () => {
    const queue = parkedQueue();
    queue.accept([entry(8), entry(9), entry(10)], NOW);
    expect(queue.paging.mustSpill).toBe(true);

    expect(msgIdsOf(queue.paging.beginSpill('page-3').entries)).toEqual(['m-7', 'm-8']);
    queue.paging.endSpill(true, NOW);
    expect(queue.status()).toMatchObject({ state: 'parked', pending: 9 });
  });

  it('is followed by the pages when it is tried again', () => {
    const queue = asNextRun(parkedQueue());
    queue.retry(NOW);

    expect(publishNext(queue)).toEqual(['m-2']);
    expect(queue.paging.pageToLoad).toBe('page-1');
  });

  it('may be the first of a page', () => {
    const queue = drainedQueue();
    queue.paging.load(page1, NOW);
    queue.take(NOW);
    queue.settle({ receipts: [], failure: refusal }, NOW);
    expect(queue.parked?.msgId).toBe('m-3');
    queue.retry(NOW);

    expect(publishNext(queue)).toEqual(['m-3', 'm-4']);
  });
});

describe('a queue is empty', () => {
  it('only when nothing waits in memory, in a page, or on its way into one', () => {
    const queue = drainedQueue();
    expect(queue.isEmpty).toBe(false);
    queue.paging.load(page1, NOW);
    publishNext(queue);
    expect(queue.isEmpty).toBe(false);
    queue.paging.load(page2, NOW);
    publishNext(queue);
    expect(queue.isEmpty).toBe(false);
    publishNext(queue);
    expect(queue.isEmpty).toBe(true);
    expect(queue.status()).toMatchObject({ state: 'idle', pending: 0, accepted: 7, published: 7 });
  });

  it('not while all that waits is on its way into a page', () => {
    const queue = new PublishQueue(settings);
    queue.accept([...entriesOfChars(1, 2, CHARS), entryOfChars(3, 200_000)], NOW);
    queue.accept([customerEntry(4)], NOW);
    queue.paging.beginSpill('page-1');
    publishNext(queue);

    expect(queue.isEmpty).toBe(false);
    expect(queue.status()).toMatchObject({ state: 'publishing', pending: 2 });
  });
});

describe('the next run', () => {
  it('waits for the page that the last one has asked for, and does not ask again', () => {
    const queue = drainedQueue();
    queue.paging.askedForPage(true);
    const next = asNextRun(queue);
    expect(next.snapshot().isLoading).toBe(true);
    expect(next.paging.pageToLoad).toBeUndefined();
    next.paging.load(page1, NOW);

    expect(publishNext(next)).toEqual(['m-3', 'm-4']);
    expect(next.paging.pageToLoad).toBe('page-2');
  });

  it('asks for the page that the last one has not asked for', () => {
    const queue = drainedQueue();
    expect(queue.snapshot()).not.toHaveProperty('isLoading');

    expect(asNextRun(queue).paging.pageToLoad).toBe('page-1');
  });
});
