import { countWithin, type PayloadLimits } from '../../../common/count-within.ts';
import { ACTIVITY_LIMITS, BACKLOG_MEMORY_CHARS, PAGE_LIMITS } from '../../../common/defaults.ts';
import { charsOf } from '../../../common/entry-size.ts';
import type { PublishEntry } from '../../../common/protocol/entry.ts';
import type { BacklogPage } from '../../../common/protocol/pages.ts';
import type { BacklogState } from '../../../common/protocol/state.ts';
import { sumOf } from '../size.ts';

/** Entries on their way out of memory, into a page. */
export interface Spill {
  readonly page: string;
  readonly entries: readonly PublishEntry[];
}

/** Whether the first page takes the newest events. Asked only when it comes to that: in a workflow the answer is a patch. */
export type PagesNewest = () => boolean;

const PAGES_NEWEST: PagesNewest = () => true;

/** How much of a backlog stays in memory. */
export interface BacklogLimits {
  /** Size beyond which a part must leave memory. */
  readonly memory: number;
  /** How size is measured: in characters of JSON, or in bytes. */
  readonly sizeOf: (entry: PublishEntry) => number;
  /** What is next to leave, and stays in memory for that. */
  readonly keep: PayloadLimits;
  readonly page: PayloadLimits;
}

/** Of a publisher that serves one aggregate. */
export const BACKLOG_LIMITS: BacklogLimits = {
  memory: BACKLOG_MEMORY_CHARS,
  sizeOf: charsOf,
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
  #memorySize: number;
  #spilling: (Spill & { readonly isFirst: boolean }) | undefined;
  readonly #limits: BacklogLimits;

  constructor(state: BacklogState, limits: BacklogLimits = BACKLOG_LIMITS) {
    this.#limits = limits;
    this.#head = [...state.pending];
    this.#pages = [...(state.pages ?? [])];
    this.#tail = [...(state.tail ?? [])];
    this.#memorySize = this.#sizeOf(this.#head) + this.#sizeOf(this.#tail);
  }

  /** Every event that waits, wherever it is held. */
  get length(): number {
    return this.#head.length + sumOf(this.#pages, ({ count }) => count) + this.#tail.length;
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

  /** How many pages hold a part of it. */
  get pages(): number {
    return this.#pages.length;
  }

  /** Size of what is in memory. */
  get memorySize(): number {
    return this.#memorySize;
  }

  /** More is in memory than may be: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    return this.mustSpillKeeping(this.#limits.keep);
  }

  /** The same while so much of the head has to stay. */
  mustSpillKeeping(keep: PayloadLimits): boolean {
    return this.#memorySize > this.#limits.memory && this.canSpill(keep);
  }

  /** Something in memory, beyond what is to be kept of the head, may be moved to a page. */
  canSpill(keep?: PayloadLimits): boolean {
    if (this.#spilling !== undefined) return false;
    if (this.#tail.length > 0) return true;
    return this.#kept(keep) < this.#head.length;
  }

  /** The page to fetch before anything else can leave; undefined when there is none. */
  get pageToLoad(): string | undefined {
    return this.#head.length === 0 && this.#spilling === undefined ? this.#pages[0]?.page : undefined;
  }

  add(entry: PublishEntry): void {
    (this.#pages.length > 0 ? this.#tail : this.#head).push(entry);
    this.#memorySize += this.#limits.sizeOf(entry);
  }

  /** Removes events that have left. */
  removeFirst(count: number): void {
    this.#memorySize -= this.#sizeOf(this.#head.slice(0, count));
    this.#head = this.#head.slice(count);
  }

  /** Puts corrected content in the place of the event that is next to leave. */
  replaceFirst(entry: PublishEntry): void {
    const [first, ...others] = this.#head;
    if (first === undefined) return;
    this.#memorySize += this.#limits.sizeOf(entry) - this.#limits.sizeOf(first);
    this.#head = [entry, ...others];
  }

  /**
   * Chooses the events for a new page: of the head the newest, so that what is next to leave need not come back at once; of a
   * tail the oldest. They count as paged from now on; `endSpill` says whether they really are.
   */
  beginSpill(page: string, keep?: PayloadLimits, pagesNewest = PAGES_NEWEST): Spill {
    // What stands before the pages already goes to a page in front of them.
    const isFirst = this.#tail.length === 0 && (this.#pages.length > 0 || pagesNewest());
    const entries = isFirst ? this.#cutHead(keep ?? this.#limits.keep) : this.#cutTail(keep);
    if (isFirst) this.#pages.unshift({ page, count: entries.length });
    else this.#pages.push({ page, count: entries.length });
    this.#memorySize -= this.#sizeOf(entries);
    this.#spilling = { page, entries, isFirst };
    return { page, entries };
  }

  /** The page holds its events, or it could not be made and they are back in memory. */
  endSpill(isHeld: boolean): void {
    const spilling = this.#spilling;
    this.#spilling = undefined;
    if (isHeld || spilling === undefined) return;
    const { page, entries, isFirst } = spilling;
    this.#pages = this.#pages.filter((one) => one.page !== page);
    if (isFirst) this.#head = [...this.#head, ...entries];
    else this.#tail = [...entries, ...this.#tail];
    this.#memorySize += this.#sizeOf(entries);
    this.#joinTail();
  }

  /** Takes back the events of the first page. One that has been taken back already is ignored: false. */
  load(page: string, entries: readonly PublishEntry[]): boolean {
    if (this.#pages[0]?.page !== page) return false;
    this.#pages.shift();
    this.#head = [...entries];
    this.#memorySize += this.#sizeOf(entries);
    this.#joinTail();
    return true;
  }

  /** Everything that must survive into the next run. Only while nothing is being spilled. */
  snapshot(): BacklogState {
    if (this.#spilling) throw new TypeError('snapshot() while a page is being made');
    if (this.#pages.length === 0) return { pending: this.#head };
    return { pending: this.#head, pages: this.#pages, tail: this.#tail };
  }

  /** How much of the head stays in memory. While there are pages it has come from one, and stays if nobody says otherwise. */
  #kept(keep: PayloadLimits | undefined): number {
    if (keep === undefined && this.#pages.length > 0) return this.#head.length;
    const { maxEntries, maxChars } = keep ?? this.#limits.keep;
    // Most often there is nothing to measure.
    if (this.#memorySize <= maxChars) return Math.min(maxEntries, this.#head.length);
    return countWithin(this.#head, { maxEntries, maxChars });
  }

  /** The oldest events behind the pages, as many as fit into a page; without pages, behind what is to be kept of the head. */
  #cutTail(keep: PayloadLimits | undefined): readonly PublishEntry[] {
    if (this.#pages.length === 0) {
      const kept = this.#kept(keep);
      this.#tail = this.#head.slice(kept);
      this.#head = this.#head.slice(0, kept);
    }
    const entries = this.#tail.slice(0, countWithin(this.#tail, this.#limits.page));
    this.#tail = this.#tail.slice(entries.length);
    return entries;
  }

  /** The newest events of the head, as many as fit into a page. */
  #cutHead(keep: PayloadLimits | undefined): readonly PublishEntry[] {
    const newestFirst = this.#head.slice(this.#kept(keep)).reverse();
    const count = countWithin(newestFirst, this.#limits.page);
    const entries = newestFirst.slice(0, count).reverse();
    this.#head = this.#head.slice(0, this.#head.length - count);
    return entries;
  }

  #sizeOf(entries: readonly PublishEntry[]): number {
    return sumOf(entries, this.#limits.sizeOf);
  }

  #joinTail(): void {
    if (this.#pages.length > 0) return;
    this.#head = [...this.#head, ...this.#tail];
    this.#tail = [];
  }
}
