import type { PublishEntry } from '../../../../../../src/common/protocol/entry.ts';
import type { BacklogState } from '../../../../../../src/common/protocol/state.ts';
import { Backlog } from '../../../../../../src/workflows/state/aggregate/backlog.ts';
import { msgIdsOf } from '../../../../../support/messages.ts';

/** Characters of each event in examples about size. Four of these are as much as stays in memory: 384 Ki. */
export const CHARS = 96 * 1024;

/** A backlog to which these were added, one after the other. */
export function backlogOf(entries: readonly PublishEntry[]): Backlog {
  const backlog = new Backlog({ pending: [] });
  for (const entry of entries) backlog.add(entry);
  return backlog;
}

/** A backlog that restores this state, with what a field does not say being empty. */
export function backlogIn(state: Partial<BacklogState>): Backlog {
  return new Backlog({ pending: [], ...state });
}

/** Every page that is made until memory has room, with those that there were, by name: `page-1`, `page-2` … */
export function spillAll(
  backlog: Backlog,
  pages = new Map<string, readonly PublishEntry[]>(),
): Map<string, readonly PublishEntry[]> {
  while (backlog.mustSpill) {
    const { page, entries } = backlog.beginSpill(`page-${pages.size + 1}`);
    pages.set(page, entries);
    backlog.endSpill(true);
  }
  return pages;
}

/** What each part holds, by msgId; pages by name and count. */
export function partsOf(backlog: Backlog): unknown {
  const { pending, pages = [], tail = [] } = backlog.snapshot();
  return {
    head: msgIdsOf(pending),
    pages: pages.map(({ page, count }) => `${page}: ${count}`),
    tail: msgIdsOf(tail),
  };
}

/** Characters of JSON of everything that the next run would carry of the events. */
export function charsInMemory(backlog: Backlog): number {
  const { pending, tail = [] } = backlog.snapshot();
  return [...pending, ...tail].reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
}

/** Takes every event out, in the order in which it leaves, fetching the pages as they are asked for. */
export function drain(backlog: Backlog, pages: ReadonlyMap<string, readonly PublishEntry[]>): string[] {
  const left: string[] = [];
  while (backlog.length > 0) {
    const page = backlog.pageToLoad;
    if (page !== undefined) backlog.load(page, pages.get(page) ?? []);
    if (backlog.head.length === 0) throw new Error(`Nothing can leave; ${backlog.length} wait`);
    left.push(...msgIdsOf(backlog.head.slice(0, 1)));
    backlog.removeFirst(1);
  }
  return left;
}
