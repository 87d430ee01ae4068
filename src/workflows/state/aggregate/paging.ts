import type { PayloadLimits } from '../../../common/count-within.ts';
import type { LoadedPage } from '../../../common/protocol/pages.ts';
import type { Arrivals } from './arrivals.ts';
import type { BacklogLimits, PagesNewest, Spill } from './backlog.ts';
import { isHeldUp, pagesOf, type QueueParts } from './queue-parts.ts';

/** Moves what one aggregate's queue has no room for to pages, and takes it back in order. One page at a time, each way. */
export class Paging {
  readonly #parts: QueueParts;
  readonly #arrivals: Arrivals;
  readonly #limits: BacklogLimits;
  readonly #taken: () => number;
  #isLoading: boolean;
  #isSpillingStream = false;

  constructor(parts: QueueParts, arrivals: Arrivals, { limits, taken, isLoading = false }: PagingOptions) {
    this.#parts = parts;
    this.#arrivals = arrivals;
    this.#limits = limits;
    this.#taken = taken;
    this.#isLoading = isLoading;
  }

  /** The first page has been asked for its events. */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** More is in memory than the next run's input may hold: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    const { backlog, stream } = this.#parts;
    return backlog.mustSpillKeeping(this.#kept ?? this.#limits.keep) || (stream?.mustSpill ?? false);
  }

  /** Size in memory of which a part could be moved to a page; 0 when nothing can. */
  get spillableSize(): number {
    const { backlog, stream } = this.#parts;
    const early = stream?.canSpill ? stream.earlyBytes : 0;
    return Math.max(early, backlog.canSpill(this.#kept) ? backlog.memorySize : 0);
  }

  /** Moves a part of what waits out of memory, into the page of that name. */
  beginSpill(page: string, pagesNewest?: PagesNewest): Spill {
    const { backlog, stream } = this.#parts;
    const keep = this.#kept;
    this.#isSpillingStream =
      stream !== undefined && (stream.mustSpill || (stream.canSpill && !backlog.canSpill(keep)));
    return this.#isSpillingStream && stream
      ? stream.beginSpill(page, this.#limits.page)
      : backlog.beginSpill(page, keep, pagesNewest);
  }

  /** The page holds its events, or it could not be made and they stay in memory. */
  endSpill(isHeld: boolean, now: number): void {
    const { backlog, stream } = this.#parts;
    if (!this.#isSpillingStream) backlog.endSpill(isHeld);
    else this.#arrivals.offerAgain(stream?.endSpill(isHeld) ?? [], now);
    this.#arrivals.release(now);
  }

  /** The page to fetch before anything else can go on; undefined when there is none or it is under way. */
  get pageToLoad(): string | undefined {
    if (this.#isLoading) return undefined;
    const { backlog, stream, halt } = this.#parts;
    return stream?.pageToLoad ?? (halt.isStopped ? undefined : backlog.pageToLoad);
  }

  /** The page has been asked for its events, or could not be. */
  askedForPage(isAsked: boolean): void {
    this.#isLoading = isAsked;
  }

  /** A page has given its events back. False: it is not one of this queue's, or not any more. */
  load({ page, entries }: LoadedPage, now: number): boolean {
    const { backlog, stream } = this.#parts;
    const isOfStream = stream?.forgetPage(page) ?? false;
    if (isOfStream) this.#arrivals.offerAgain(entries, now);
    else if (!backlog.load(page, entries)) return false;
    this.#isLoading = false;
    return true;
  }

  /** Whether some of what waits is in pages, where nobody can look. */
  get hasPages(): boolean {
    return pagesOf(this.#parts) > 0;
  }

  /** Whether the page is one of those that may be asked for, or were. */
  holdsPage(page: string): boolean {
    const { backlog, stream } = this.#parts;
    return backlog.isFirstPage(page) || (stream?.holdsPage(page) ?? false);
  }

  /**
   * What stays in memory; undefined: as the limits say. What an activity has taken always does. Of an aggregate that is held up,
   * in a partition, only the event at which it is.
   */
  get #kept(): PayloadLimits | undefined {
    const { memory, keep } = this.#limits;
    const taken = this.#taken();
    if (memory !== Number.POSITIVE_INFINITY)
      return taken > keep.maxEntries ? { ...keep, maxEntries: taken } : undefined;
    if (!isHeldUp(this.#parts)) return undefined;
    // An operator may stop it while events are under way.
    return { maxEntries: Math.max(1, taken), maxChars: Number.POSITIVE_INFINITY };
  }
}

interface PagingOptions {
  readonly limits: BacklogLimits;
  /** How many events are under way. */
  readonly taken: () => number;
  /** Default: false. */
  readonly isLoading?: boolean | undefined;
}
