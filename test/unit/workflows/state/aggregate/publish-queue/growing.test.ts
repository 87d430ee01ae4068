import { describe, expect, it } from 'vitest';
import type { PublishEntry } from '../../../../../../src/common/protocol/entry.ts';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { entryOfChars, msgIdsOf } from '../../../../../support/messages.ts';

const settings = { rememberMsgIds: 1_000, rememberMs: 600_000 };

/** A queue, and the pages to which it moves what is too much for memory. */
class Paged {
  readonly queue = new PublishQueue(settings);
  readonly pages = new Map<string, readonly PublishEntry[]>();

  accept(entry: PublishEntry): void {
    this.queue.accept([entry], 0);
    this.spill();
  }

  /** Says how many pages that took. */
  spill(): number {
    const before = this.pages.size;
    while (this.queue.paging.mustSpill) {
      const page = `page-${this.pages.size + 1}`;
      this.pages.set(page, this.queue.paging.beginSpill(page).entries);
      this.queue.paging.endSpill(true, 0);
      if (this.pages.size > 100) throw new Error('It would never end');
    }
    return this.pages.size - before;
  }

  /** An activity that publishes so many of the events that it takes. */
  publish(most = Number.POSITIVE_INFINITY): readonly string[] {
    const msgIds = msgIdsOf(this.queue.take(0)).slice(0, most);
    this.queue.settle({ receipts: msgIds.map((msgId) => ({ msgId, snsMessageId: `sns-${msgId}` })) }, 0);
    return msgIds;
  }

  loadPage(): void {
    const page = this.queue.paging.pageToLoad ?? '';
    this.queue.paging.askedForPage(true);
    this.queue.paging.load({ page, entries: this.pages.get(page) ?? [] }, 0);
  }
}

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `m-${from + index}`);

describe('an activity of an aggregate with a long backlog', () => {
  it('takes more and more as long as it gets through', () => {
    const { queue } = new Paged();
    queue.accept(
      Array.from({ length: 1_000 }, (_, index) => entryOfChars(index + 1, 250)),
      0,
    );
    const sizes: number[] = [];
    while (queue.isReady) {
      const taken = msgIdsOf(queue.take(0));
      sizes.push(taken.length);
      queue.settle({ receipts: taken.map((msgId) => ({ msgId, snsMessageId: 'sns' })) }, 0);
    }
    expect(sizes).toEqual([128, 256, 512, 104]);
  });

  it('has what it took in memory although the backlog behind it moves to pages', () => {
    const paged = new Paged();
    for (let n = 1; n <= 128; n += 1) paged.accept(entryOfChars(n, 1_000));
    const taken = msgIdsOf(paged.queue.take(0));
    expect(taken).toEqual(range(1, 128));
    for (let n = 129; n <= 900; n += 1) paged.accept(entryOfChars(n, 1_000));
    expect(paged.pages.size).toBeGreaterThan(0);
    paged.queue.settle({ receipts: taken.map((msgId) => ({ msgId, snsMessageId: 'sns' })) }, 0);

    expect(paged.queue.pending).toBe(900 - 128);
    const published: string[] = [];
    while (!paged.queue.isEmpty) {
      if (paged.queue.isReady) published.push(...paged.publish());
      else paged.loadPage();
    }
    expect(published).toEqual(range(129, 900));
  });
});

it('a replaced event that is larger than memory has room for makes one page, not pages without events for ever', () => {
  const paged = new Paged();
  for (const [index, chars] of [250_000, 20_000, 230_000, 200_000, 200_000, 200_000].entries()) {
    paged.accept(entryOfChars(index + 1, chars));
  }
  paged.publish();
  paged.loadPage();
  const [first] = msgIdsOf(paged.queue.take(0));
  const failure = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' } as const;
  paged.queue.settle({ receipts: [], failure }, 0);
  expect(paged.queue.parked?.msgId).toBe(first);
  paged.queue.replace(entryOfChars(Number(first?.slice(2)), 200_000), 0);

  expect(paged.spill()).toBe(1);
  expect([...paged.pages.values()].every((entries) => entries.length > 0)).toBe(true);
});
