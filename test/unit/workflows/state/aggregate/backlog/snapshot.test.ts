import { describe, expect, it } from 'vitest';
import type { BacklogState } from '../../../../../../src/common/protocol/state.ts';
import { Backlog } from '../../../../../../src/workflows/state/aggregate/backlog.ts';
import { customerEntries, customerEntry, entriesOfChars } from '../../../../../support/messages.ts';
import { backlogOf, CHARS, drain, partsOf, spillAll } from './backlog-with.ts';

function asNextRun(backlog: Backlog): Backlog {
  return new Backlog(JSON.parse(JSON.stringify(backlog.snapshot())) as BacklogState);
}

describe('the state of a backlog', () => {
  it('is plain JSON: events in memory, names and sizes of pages', () => {
    const backlog = backlogOf(entriesOfChars(1, 7, CHARS));
    spillAll(backlog);
    backlog.add(customerEntry(8));

    expect(JSON.parse(JSON.stringify(backlog.snapshot()))).toEqual({
      pending: entriesOfChars(1, 3, CHARS),
      pages: [
        { page: 'page-2', count: 2 },
        { page: 'page-1', count: 2 },
      ],
      tail: [customerEntry(8)],
    });
  });

  it('does not mention pages when there are none, also when there were some', () => {
    const backlog = backlogOf(entriesOfChars(1, 5, CHARS));
    const pages = spillAll(backlog);
    backlog.removeFirst(3);
    backlog.load('page-1', pages.get('page-1') ?? []);

    expect(backlog.snapshot()).toEqual({ pending: entriesOfChars(4, 5, CHARS) });
  });

  it('cannot be taken while a page is being made', () => {
    const backlog = backlogOf(entriesOfChars(1, 5, CHARS));
    backlog.beginSpill('page-1');

    expect(() => backlog.snapshot()).toThrow(new TypeError('snapshot() while a page is being made'));
    backlog.endSpill(true);
    expect(() => backlog.snapshot()).not.toThrow();
  });

  it('is not changed by what the next run does with it', () => {
    const state: BacklogState = {
      pending: customerEntries(1, 2),
      pages: [{ page: 'page-1', count: 1 }],
      tail: [customerEntry(4)],
    };
    const before = structuredClone(state);
    const backlog = new Backlog(state);
    backlog.add(customerEntry(5));
    backlog.removeFirst(2);
    backlog.load('page-1', [customerEntry(3)]);

    expect(state).toEqual(before);
  });
});

describe('the next run', () => {
  it('goes on with the same parts, and to the same end', () => {
    const backlog = backlogOf(entriesOfChars(1, 9, CHARS));
    const pages = spillAll(backlog);
    const next = asNextRun(backlog);

    expect(partsOf(next)).toEqual(partsOf(backlog));
    expect(next.length).toBe(9);
    expect(drain(next, pages)).toEqual(['m-1', 'm-2', 'm-3', 'm-4', 'm-5', 'm-6', 'm-7', 'm-8', 'm-9']);
  });

  it('counts what is in its memory: it must spill as soon as the last one would have had to', () => {
    const backlog = backlogOf(entriesOfChars(1, 5, CHARS));
    spillAll(backlog);
    const next = asNextRun(backlog);
    next.add(entriesOfChars(6, 6, CHARS)[0] ?? customerEntry(6));
    expect(next.mustSpill).toBe(false);
    next.add(customerEntry(7));

    expect(next.mustSpill).toBe(true);
  });
});
