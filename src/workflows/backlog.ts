import { countWithin } from '../common/count-within.ts';
import { ACTIVITY_LIMITS, BACKLOG_MEMORY_CHARS, PAGE_LIMITS } from '../common/defaults.ts';
import type { BacklogPage, BacklogState, PublishEntry } from '../common/publisher-protocol.ts';

/** Entries on their way out of memory, into a page. */
export interface Spill {
  readonly page: string;
  readonly entries: readonly PublishEntry[];
}

/**
 * The events of one aggregate that wait, in order: head (in memory, next to leave), pages (held elsewhere), tail (in
 * memory, newest). Pages exist only while the backlog is too large for the next run's input; mostly there is just a head.
 */
export class Backlog {
  #head: PublishEntry[];
  #pages: BacklogPage[];
  #tail: PublishEntry[];
  #memoryChars: number;
  #spilling: Spill | undefined;

  constructor(state: BacklogState) {
    this.#head = [...state.pending];
    this.#pages = [...(state.pages ?? [])];
    this.#tail = [...(state.tail ?? [])];
    this.#memoryChars = chars(this.#head) + chars(this.#tail);
  }

  /** Every event that waits, wherever it is held. */
  get length(): number {
    const paged = this.#pages.reduce((sum, { count }) => sum + count, 0);
    return this.#head.length + paged + this.#tail.length;
  }

  /** The events that are next to leave, as far as they are in memory. */
  get head(): readonly PublishEntry[] {
    return this.#head;
  }

  /** More is in memory than the next run's input may hold: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    return (
      this.#spilling === undefined && this.#memoryChars > BACKLOG_MEMORY_CHARS && this.#spillable().length > 0
    );
  }

  /** The page to fetch before anything else can leave; undefined when there is none. */
  get pageToLoad(): string | undefined {
    return this.#head.length === 0 && this.#spilling === undefined ? this.#pages[0]?.page : undefined;
  }

  add(entry: PublishEntry): void {
    (this.#pages.length > 0 ? this.#tail : this.#head).push(entry);
    this.#memoryChars += chars([entry]);
  }

  /** Removes events that have left. */
  removeFirst(count: number): void {
    this.#memoryChars -= chars(this.#head.slice(0, count));
    this.#head = this.#head.slice(count);
  }

  /** Chooses the events for a new page. They count as paged from now on; `endSpill` says whether they really are. */
  beginSpill(page: string): Spill {
    const kept = this.#pages.length > 0 ? [] : this.#head.slice(0, this.#keptInHead());
    const spillable = this.#spillable();
    const entries = spillable.slice(0, countWithin(spillable, PAGE_LIMITS));
    if (this.#pages.length === 0) this.#head = kept;
    this.#tail = spillable.slice(entries.length);
    this.#pages.push({ page, count: entries.length });
    this.#memoryChars -= chars(entries);
    this.#spilling = { page, entries };
    return this.#spilling;
  }

  /** The page holds its events, or it could not be made and they are back in memory. */
  endSpill(isHeld: boolean): void {
    const entries = this.#spilling?.entries ?? [];
    this.#spilling = undefined;
    if (isHeld) return;
    this.#pages.pop();
    this.#tail = [...entries, ...this.#tail];
    this.#memoryChars += chars(entries);
    this.#joinTail();
  }

  /** Takes back the events of the first page. One that has been taken back already is ignored. */
  load(page: string, entries: readonly PublishEntry[]): void {
    if (this.#pages[0]?.page !== page) return;
    this.#pages.shift();
    this.#head = [...entries];
    this.#memoryChars += chars(entries);
    this.#joinTail();
  }

  /** Everything that must survive into the next run. Only while nothing is being spilled. */
  snapshot(): BacklogState {
    if (this.#spilling) throw new TypeError('snapshot() while a page is being made');
    if (this.#pages.length === 0) return { pending: this.#head };
    return { pending: this.#head, pages: this.#pages, tail: this.#tail };
  }

  /** Newest events that may be paged: those behind the pages, or behind what the next activity may take. */
  #spillable(): PublishEntry[] {
    return this.#pages.length > 0 ? this.#tail : this.#head.slice(this.#keptInHead());
  }

  #keptInHead(): number {
    return countWithin(this.#head, ACTIVITY_LIMITS);
  }

  #joinTail(): void {
    if (this.#pages.length > 0) return;
    this.#head = [...this.#head, ...this.#tail];
    this.#tail = [];
  }
}

function chars(entries: readonly PublishEntry[]): number {
  return entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
}
