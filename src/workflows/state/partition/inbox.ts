import { PARTITION_LIMITS } from '../../../common/defaults.ts';
import { bytesOfEntry } from '../../../common/entry-size.ts';
import type { PublishEntry } from '../../../common/protocol/entry.ts';
import type { LoadedPage } from '../../../common/protocol/pages.ts';
import type { PartitionState } from '../../../common/protocol/state.ts';
import { Backlog, type BacklogLimits, type PagesNewest, type Spill } from '../aggregate/backlog.ts';

type InboxState = Pick<PartitionState, 'inbox' | 'isInboxLoading'>;

const LIMITS: BacklogLimits = {
  memory: PARTITION_LIMITS.inboxChars,
  sizeOf: bytesOfEntry,
  // One event may be larger than all that may stay.
  keep: { maxEntries: 0, maxChars: 0 },
  page: PARTITION_LIMITS.page,
};

/** Events of a partition, in order, that wait outside their aggregates' queues because these hold enough. */
export class Inbox {
  readonly #backlog: Backlog;
  #isLoading: boolean;

  constructor({ inbox, isInboxLoading }: InboxState) {
    this.#backlog = new Backlog(inbox ?? { pending: [] }, LIMITS);
    this.#isLoading = isInboxLoading ?? false;
  }

  get length(): number {
    return this.#backlog.length;
  }

  /** Those that are next, as far as they are in memory. */
  get head(): readonly PublishEntry[] {
    return this.#backlog.head;
  }

  get hasPages(): boolean {
    return this.#backlog.pages > 0;
  }

  /** msgIds of what is in memory. */
  msgIds(): ReadonlySet<string> {
    return new Set(this.#backlog.inMemory.map(({ message }) => message.meta.msgId));
  }

  add(entry: PublishEntry): void {
    this.#backlog.add(entry);
  }

  removeFirst(count: number): void {
    this.#backlog.removeFirst(count);
  }

  /** More is in memory than may be: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    return this.#backlog.mustSpill;
  }

  beginSpill(page: string, pagesNewest?: PagesNewest): Spill {
    return this.#backlog.beginSpill(page, LIMITS.keep, pagesNewest);
  }

  endSpill(isHeld: boolean): void {
    this.#backlog.endSpill(isHeld);
  }

  /** The page to fetch before anything else can go on; undefined when there is none or it is under way. */
  get pageToLoad(): string | undefined {
    return this.#isLoading ? undefined : this.#backlog.pageToLoad;
  }

  /** The page has been asked for its events, or could not be. False: it is not the one whose turn is next. */
  askedForPage(page: string, isAsked: boolean): boolean {
    if (!this.#backlog.isFirstPage(page)) return false;
    this.#isLoading = isAsked;
    return true;
  }

  /** A page has given its events back. One of somebody else, or that has done so already, is ignored. */
  load({ page, entries }: LoadedPage): void {
    if (this.#backlog.load(page, entries)) this.#isLoading = false;
  }

  snapshot(): InboxState {
    return {
      ...(this.length > 0 ? { inbox: this.#backlog.snapshot() } : {}),
      ...(this.#isLoading ? { isInboxLoading: true } : {}),
    };
  }
}
