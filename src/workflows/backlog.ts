import { countWithin, type PayloadLimits } from '../common/count-within.ts';
import { ACTIVITY_LIMITS, BACKLOG_MEMORY_CHARS, PAGE_LIMITS } from '../common/defaults.ts';
import type { BacklogPage, BacklogState, PublishEntry } from '../common/publisher-protocol.ts';

/** Entries on their way out of memory, into a page. */
export interface Spill {
  readonly page: string;
  readonly entries: readonly PublishEntry[];
}

/** How much of a backlog stays in memory. */
export interface BacklogLimits {
  /** Characters of JSON beyond which a part must leave memory. */
  readonly memoryChars: number;
  /** What is next to leave, and stays in memory for that. */
  readonly keep: PayloadLimits;
  readonly page: PayloadLimits;
}

/** Of a publisher that serves one aggregate. */
export const BACKLOG_LIMITS: BacklogLimits = {
  memoryChars: BACKLOG_MEMORY_CHARS,
  keep: ACTIVITY_LIMITS,
  page: PAGE_LIMITS,
};

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
  readonly #limits: BacklogLimits;

  constructor(state: BacklogState, limits: BacklogLimits = BACKLOG_LIMITS) {
    this.#limits = limits;
    this.#head = [...state.pending];
    this.#pages = [...(state.pages ?? [])];
    this.#tail = [...(state.tail ?? [])];
    this.#memoryChars = charsOf(this.#head) + charsOf(this.#tail);
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

  /** What is in memory, oldest first. */
  get inMemory(): readonly PublishEntry[] {
    return [...this.#head, ...(this.#spilling?.entries ?? []), ...this.#tail];
  }

  /** Whether it is the page whose turn is next. */
  isFirstPage(page: string): boolean {
    return this.#pages[0]?.page === page;
  }

  get hasPages(): boolean {
    return this.#pages.length > 0;
  }

  /** Characters of JSON of what is in memory. */
  get memoryChars(): number {
    return this.#memoryChars;
  }

  /** More is in memory than may be: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    return this.#memoryChars > this.#limits.memoryChars && this.canSpill();
  }

  /** Something in memory, beyond what is to be kept, may be moved to a page. */
  canSpill(keep = this.#limits.keep): boolean {
    if (this.#spilling !== undefined || this.#pages.length > 0) {
      return this.#spilling === undefined && this.#tail.length > 0;
    }
    const mayAllStay = this.#head.length <= keep.maxEntries && this.#memoryChars <= keep.maxChars;
    return !mayAllStay && countWithin(this.#head, keep) < this.#head.length;
  }

  /** The page to fetch before anything else can leave; undefined when there is none. */
  get pageToLoad(): string | undefined {
    return this.#head.length === 0 && this.#spilling === undefined ? this.#pages[0]?.page : undefined;
  }

  add(entry: PublishEntry): void {
    (this.#pages.length > 0 ? this.#tail : this.#head).push(entry);
    this.#memoryChars += charsOf([entry]);
  }

  /** Removes events that have left. */
  removeFirst(count: number): void {
    this.#memoryChars -= charsOf(this.#head.slice(0, count));
    this.#head = this.#head.slice(count);
  }

  /** Puts corrected content in the place of the event that is next to leave. */
  replaceFirst(entry: PublishEntry): void {
    const [first, ...others] = this.#head;
    if (first === undefined) return;
    this.#memoryChars += charsOf([entry]) - charsOf([first]);
    this.#head = [entry, ...others];
  }

  /** Chooses the events for a new page. They count as paged from now on; `endSpill` says whether they really are. */
  beginSpill(page: string, keep = this.#limits.keep): Spill {
    const kept = this.#pages.length > 0 ? [] : this.#head.slice(0, countWithin(this.#head, keep));
    const spillable = this.#spillable(keep);
    const entries = spillable.slice(0, countWithin(spillable, this.#limits.page));
    if (this.#pages.length === 0) this.#head = kept;
    this.#tail = spillable.slice(entries.length);
    this.#pages.push({ page, count: entries.length });
    this.#memoryChars -= charsOf(entries);
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
    this.#memoryChars += charsOf(entries);
    this.#joinTail();
  }

  /** Takes back the events of the first page. One that has been taken back already is ignored: false. */
  load(page: string, entries: readonly PublishEntry[]): boolean {
    if (this.#pages[0]?.page !== page) return false;
    this.#pages.shift();
    this.#head = [...entries];
    this.#memoryChars += charsOf(entries);
    this.#joinTail();
    return true;
  }

  /** Everything that must survive into the next run. Only while nothing is being spilled. */
  snapshot(): BacklogState {
    if (this.#spilling) throw new TypeError('snapshot() while a page is being made');
    if (this.#pages.length === 0) return { pending: this.#head };
    return { pending: this.#head, pages: this.#pages, tail: this.#tail };
  }

  /** Newest events that may be paged: those behind the pages, or behind what the next activity may take. */
  #spillable(keep: PayloadLimits): PublishEntry[] {
    return this.#pages.length > 0 ? this.#tail : this.#head.slice(countWithin(this.#head, keep));
  }

  #joinTail(): void {
    if (this.#pages.length > 0) return;
    this.#head = [...this.#head, ...this.#tail];
    this.#tail = [];
  }
}

/** Characters of JSON. */
export function charsOf(entries: readonly PublishEntry[]): number {
  return entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
}
