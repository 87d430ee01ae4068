import { describe, expect, it } from 'vitest';
import { customerEntries, customerEntry, entriesOfChars, msgIdsOf } from '../../../../../support/messages.ts';
import { backlogIn, backlogOf, CHARS, partsOf } from './backlog-with.ts';

/** Nothing in memory; `m-1` and `m-2` in a page, then `m-3`, then the tail `m-4`. */
const paged = {
  pages: [
    { page: 'page-1', count: 2 },
    { page: 'page-2', count: 1 },
  ],
  tail: [customerEntry(4)],
};

describe('making a page', () => {
  it('takes the newest 256 Ki characters; until it has ended they count as waiting', () => {
    const backlog = backlogOf(entriesOfChars(1, 5, CHARS));

    expect(backlog.beginSpill('page-1')).toEqual({ page: 'page-1', entries: entriesOfChars(4, 5, CHARS) });
    expect(backlog.length).toBe(5);
    expect(msgIdsOf(backlog.head)).toEqual(['m-1', 'm-2', 'm-3']);
  });

  it('takes the oldest ones behind the next 256 Ki, in a run that began so', () => {
    const backlog = backlogOf(entriesOfChars(1, 9, CHARS));
    const { entries } = backlog.beginSpill('page-1', undefined, () => false);
    backlog.endSpill(true);

    expect(msgIdsOf(entries)).toEqual(['m-3', 'm-4']);
    expect(partsOf(backlog)).toEqual({
      head: ['m-1', 'm-2'],
      pages: ['page-1: 2'],
      tail: ['m-5', 'm-6', 'm-7', 'm-8', 'm-9'],
    });
  });

  it('does not ask which when there are pages', () => {
    const backlog = backlogIn({ ...paged, tail: entriesOfChars(4, 9, CHARS) });
    const asked = () => {
      throw new Error('A patch costs history events');
    };

    expect(msgIdsOf(backlog.beginSpill('page-3', undefined, asked).entries)).toEqual(['m-4', 'm-5']);
  });

  it('takes at least one event, however large', () => {
    const backlog = backlogOf(entriesOfChars(1, 3, 1_000_000));

    expect(msgIdsOf(backlog.beginSpill('page-1').entries)).toEqual(['m-3']);
  });

  it('takes from behind the pages that there are', () => {
    const backlog = backlogIn({ ...paged, tail: entriesOfChars(4, 9, CHARS) });

    expect(msgIdsOf(backlog.beginSpill('page-3').entries)).toEqual(['m-4', 'm-5']);
    backlog.endSpill(true);
    expect(partsOf(backlog)).toEqual({
      head: [],
      pages: ['page-1: 2', 'page-2: 1', 'page-3: 2'],
      tail: ['m-6', 'm-7', 'm-8', 'm-9'],
    });
  });

  it('lets events be added and leave meanwhile', () => {
    const backlog = backlogOf(entriesOfChars(1, 5, CHARS));
    backlog.beginSpill('page-1');
    backlog.add(customerEntry(6));
    backlog.removeFirst(1);
    backlog.endSpill(true);

    expect(partsOf(backlog)).toEqual({ head: ['m-2', 'm-3'], pages: ['page-1: 2'], tail: ['m-6'] });
  });

  it('that did not succeed leaves everything in memory, in its place, to be tried again', () => {
    const backlog = backlogOf(entriesOfChars(1, 5, CHARS));
    backlog.beginSpill('page-1');
    backlog.add(customerEntry(6));
    backlog.endSpill(false);

    expect(partsOf(backlog)).toEqual({
      head: ['m-1', 'm-2', 'm-3', 'm-4', 'm-5', 'm-6'],
      pages: [],
      tail: [],
    });
    expect(backlog.mustSpill).toBe(true);
  });

  it('that did not succeed leaves its events behind the earlier pages', () => {
    const backlog = backlogIn({ ...paged, tail: entriesOfChars(4, 8, CHARS) });
    backlog.beginSpill('page-3');
    backlog.add(customerEntry(9));
    backlog.endSpill(false);

    expect(partsOf(backlog)).toEqual({
      head: [],
      pages: ['page-1: 2', 'page-2: 1'],
      tail: ['m-4', 'm-5', 'm-6', 'm-7', 'm-8', 'm-9'],
    });
    expect(backlog.mustSpill).toBe(true);
  });
});

describe('the page to fetch', () => {
  it('is the first one, when nothing in memory is older', () => {
    expect(backlogIn(paged).pageToLoad).toBe('page-1');
  });

  it('is none while older events are in memory', () => {
    const backlog = backlogIn({ ...paged, pending: [customerEntry(0)] });
    expect(backlog.pageToLoad).toBeUndefined();
    backlog.removeFirst(1);
    expect(backlog.pageToLoad).toBe('page-1');
  });

  it('is none while a page is being made: it might be the one, and not exist', () => {
    const backlog = backlogOf(entriesOfChars(1, 5, CHARS));
    backlog.beginSpill('page-1');
    backlog.removeFirst(3);

    expect(backlog.pageToLoad).toBeUndefined();
    backlog.endSpill(true);
    expect(backlog.pageToLoad).toBe('page-1');
  });
});

describe('a page that comes back', () => {
  it('is next to leave; the pages behind it stay where they are', () => {
    const backlog = backlogIn(paged);
    backlog.load('page-1', customerEntries(1, 2));

    expect(partsOf(backlog)).toEqual({ head: ['m-1', 'm-2'], pages: ['page-2: 1'], tail: ['m-4'] });
    expect(backlog.length).toBe(4);
    expect(backlog.pageToLoad).toBeUndefined();
  });

  it('as the last one is followed by the events in memory', () => {
    const backlog = backlogIn({ ...paged, pages: [{ page: 'page-1', count: 2 }] });
    backlog.load('page-1', customerEntries(1, 2));
    backlog.add(customerEntry(5));

    expect(partsOf(backlog)).toEqual({ head: ['m-1', 'm-2', 'm-4', 'm-5'], pages: [], tail: [] });
  });

  it('a second time is ignored, before, while and after its events leave', () => {
    const backlog = backlogIn(paged);
    const load = () => backlog.load('page-1', customerEntries(1, 2));
    load();
    load();
    expect(msgIdsOf(backlog.head)).toEqual(['m-1', 'm-2']);
    backlog.removeFirst(1);
    load();
    expect(msgIdsOf(backlog.head)).toEqual(['m-2']);
    backlog.removeFirst(1);
    load();
    expect(partsOf(backlog)).toEqual({ head: [], pages: ['page-2: 1'], tail: ['m-4'] });
    expect(backlog.pageToLoad).toBe('page-2');
  });

  it('out of turn is ignored, and can still be loaded in its turn', () => {
    const backlog = backlogIn(paged);
    backlog.load('page-2', [customerEntry(3)]);
    expect(partsOf(backlog)).toEqual({ head: [], pages: ['page-1: 2', 'page-2: 1'], tail: ['m-4'] });
    backlog.load('page-1', customerEntries(1, 2));
    backlog.removeFirst(2);
    backlog.load('page-2', [customerEntry(3)]);

    expect(partsOf(backlog)).toEqual({ head: ['m-3', 'm-4'], pages: [], tail: [] });
  });

  it('is ignored when there are no pages, and when it is none of them', () => {
    const withoutPages = backlogOf(customerEntries(1, 2));
    withoutPages.load('page-1', [customerEntry(9)]);
    expect(partsOf(withoutPages)).toEqual({ head: ['m-1', 'm-2'], pages: [], tail: [] });
    const backlog = backlogIn(paged);
    backlog.load('page-9', [customerEntry(9)]);
    expect(partsOf(backlog)).toEqual({ head: [], pages: ['page-1: 2', 'page-2: 1'], tail: ['m-4'] });
  });

  it.each([
    { isHeld: true, pages: ['page-2: 2'], head: ['m-1', 'm-2'], tail: ['m-5', 'm-6', 'm-7'] },
    { isHeld: false, pages: [], head: ['m-1', 'm-2', 'm-3', 'm-4', 'm-5', 'm-6', 'm-7'], tail: [] },
  ])('while another one is being made keeps the order; that one is held: $isHeld', ({ isHeld, ...parts }) => {
    const tail = entriesOfChars(3, 7, CHARS);
    const backlog = backlogIn({ pages: [{ page: 'page-1', count: 2 }], tail });
    backlog.beginSpill('page-2');
    backlog.load('page-1', customerEntries(1, 2));
    expect(msgIdsOf(backlog.head)).toEqual(['m-1', 'm-2']);
    backlog.endSpill(isHeld);

    expect(partsOf(backlog)).toEqual(parts);
  });

  it('can make memory too small again', () => {
    const backlog = backlogIn({
      pages: [{ page: 'page-1', count: 2 }, ...paged.pages.slice(1)],
      tail: entriesOfChars(4, 7, CHARS),
    });
    expect(backlog.mustSpill).toBe(false);
    backlog.load('page-1', entriesOfChars(1, 2, CHARS));

    expect(backlog.mustSpill).toBe(true);
    expect(msgIdsOf(backlog.beginSpill('page-3').entries)).toEqual(['m-4', 'm-5']);
  });
});
