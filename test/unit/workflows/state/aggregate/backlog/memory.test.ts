import { describe, expect, it } from 'vitest';
import { BACKLOG_MEMORY_CHARS } from '../../../../../../src/common/defaults.ts';
import {
  customerEntries,
  customerEntry,
  entriesOfChars,
  entryOfChars,
  msgIdsOf,
} from '../../../../../support/messages.ts';
import { backlogOf, CHARS, charsInMemory, drain, partsOf, spillAll } from './backlog-with.ts';

describe('a short backlog', () => {
  it('is all in memory, in the order of addition', () => {
    const backlog = backlogOf(customerEntries(1, 3));
    backlog.add(customerEntry(7));
    backlog.add(customerEntry(5));

    expect(msgIdsOf(backlog.head)).toEqual(['m-1', 'm-2', 'm-3', 'm-7', 'm-5']);
    expect(backlog.length).toBe(5);
  });

  it('gives up the first ones', () => {
    const backlog = backlogOf(customerEntries(1, 5));
    backlog.removeFirst(2);
    backlog.removeFirst(0);

    expect(msgIdsOf(backlog.head)).toEqual(['m-3', 'm-4', 'm-5']);
    expect(backlog.length).toBe(3);
  });

  it('has no pages, and wants none', () => {
    const backlog = backlogOf(customerEntries(1, 1_000));

    expect(backlog.mustSpill).toBe(false);
    expect(backlog.pageToLoad).toBeUndefined();
    expect(backlog.snapshot()).toEqual({ pending: customerEntries(1, 1_000) });
  });
});

describe('a backlog must spill', () => {
  it('as soon as more than 384 Ki characters are in memory', () => {
    const backlog = backlogOf(entriesOfChars(1, 4, CHARS));
    expect(charsInMemory(backlog)).toBe(384 * 1024);
    expect(backlog.mustSpill).toBe(false);

    expect(backlogOf([...entriesOfChars(1, 3, CHARS), entryOfChars(4, CHARS + 1)]).mustSpill).toBe(true);
  });

  it('no longer when enough has left', () => {
    const backlog = backlogOf(entriesOfChars(1, 5, CHARS));
    expect(backlog.mustSpill).toBe(true);
    backlog.removeFirst(1);
    expect(backlog.mustSpill).toBe(false);
  });

  it('not when all of it may go into the next activity: that stays, however large', () => {
    expect(backlogOf([entryOfChars(1, 1_000_000)]).mustSpill).toBe(false);
    expect(backlogOf([entryOfChars(1, 1_000_000), customerEntry(2)]).mustSpill).toBe(true);
  });

  it('not while a page is being made', () => {
    const backlog = backlogOf(entriesOfChars(1, 12, CHARS));
    backlog.beginSpill('page-1');
    expect(backlog.mustSpill).toBe(false);
    backlog.endSpill(true);
    expect(backlog.mustSpill).toBe(true);
  });
});

describe('what stays in memory', () => {
  it('are the events that are next, as many as there is room for, and those that come later', () => {
    const backlog = backlogOf(entriesOfChars(1, 9, CHARS));
    const pages = spillAll(backlog);

    expect([...pages].map(([page, entries]) => [page, ...msgIdsOf(entries)])).toEqual([
      ['page-1', 'm-8', 'm-9'],
      ['page-2', 'm-6', 'm-7'],
      ['page-3', 'm-4', 'm-5'],
    ]);
    backlog.add(customerEntry(10));
    expect(partsOf(backlog)).toEqual({
      head: ['m-1', 'm-2', 'm-3'],
      pages: ['page-3: 2', 'page-2: 2', 'page-1: 2'],
      tail: ['m-10'],
    });
  });

  it('are the next 50 events in any case, up to 256 Ki characters', () => {
    const backlog = backlogOf(entriesOfChars(1, 60, 8 * 1024));
    while (backlog.canSpill({ maxEntries: 50, maxChars: 256 * 1024 })) {
      backlog.beginSpill('page');
      backlog.endSpill(true);
    }

    expect(msgIdsOf(backlog.head)).toEqual(msgIdsOf(entriesOfChars(1, 32, 8 * 1024)));
  });

  it('is enough for hundreds of small events between two pages, also when the last page comes back to more than it left', () => {
    const backlog = backlogOf(entriesOfChars(1, 1_500, 430));
    const pages = spillAll(backlog);
    let trips = 0;
    const late = [...entriesOfChars(1_501, 5_000, 430)];
    while (backlog.length > 0) {
      const page = backlog.pageToLoad;
      if (page !== undefined) {
        trips += 1;
        backlog.load(page, pages.get(page) ?? []);
        spillAll(backlog, pages);
      }
      backlog.removeFirst(Math.min(50, backlog.head.length));
      // As many come as leave.
      for (const entry of late.splice(0, 50)) backlog.add(entry);
      spillAll(backlog, pages);
    }

    expect(trips).toBeLessThanOrEqual(5_000 / 250);
  });

  it('is the next event, when it alone is larger than that', () => {
    const backlog = backlogOf([entryOfChars(1, 1_000_000), customerEntry(2), customerEntry(3)]);
    const pages = spillAll(backlog);

    expect(partsOf(backlog)).toEqual({ head: ['m-1'], pages: ['page-1: 2'], tail: [] });
    expect([...pages.values()].flatMap(msgIdsOf)).toEqual(['m-2', 'm-3']);
  });

  it.each([
    ['of 10,000 characters', 10_000, 150],
    ['of 100,000 characters', 100_000, 30],
    ['just larger than half of what an activity takes', 128 * 1024 + 1, 20],
    ['just larger than what an activity takes', 256 * 1024 + 1, 10],
    ['as large as SNS takes them', 1_048_576, 6],
  ])('is never more than 384 Ki characters, or one larger event: events %s', (_size, chars, count) => {
    const limit = Math.max(BACKLOG_MEMORY_CHARS, chars);
    const entries = entriesOfChars(1, count, chars);
    const backlog = backlogOf([]);
    const pages = new Map<string, typeof entries>();
    const spill = () => {
      while (backlog.mustSpill) {
        const { page, entries: paged } = backlog.beginSpill(`page-${pages.size + 1}`);
        pages.set(page, paged);
        backlog.endSpill(true);
      }
      expect(charsInMemory(backlog)).toBeLessThanOrEqual(limit);
    };
    for (const entry of entries) {
      backlog.add(entry);
      spill();
    }
    expect(pages.size).toBeGreaterThan(1);
    for (let page = backlog.pageToLoad; backlog.length > 0; page = backlog.pageToLoad) {
      if (page !== undefined) backlog.load(page, pages.get(page) ?? []);
      spill();
      backlog.removeFirst(1);
    }
  });
});

it('a backlog of many pages leaves in the order of addition, also when more is added meanwhile', () => {
  const backlog = backlogOf(entriesOfChars(1, 9, CHARS));
  const pages = spillAll(backlog);
  backlog.removeFirst(2);
  backlog.load('page-1', pages.get('page-1') ?? []);
  backlog.add(customerEntry(10));

  expect(drain(backlog, pages)).toEqual(['m-3', 'm-4', 'm-5', 'm-6', 'm-7', 'm-8', 'm-9', 'm-10']);
});
