import type { LoadedPage } from '../../../common/protocol/pages.ts';
import type { PagesNewest, Spill } from '../aggregate/backlog.ts';
import type { Aggregates } from './aggregates.ts';
import type { Inbox } from './inbox.ts';
import type { Room } from './room.ts';

/** Pages on their way back at the same time: together they are about as much as there may be in memory. */
const MOST_PAGES_ASKED = 2;

// No aggregate's id is empty.
const INBOX = '';

interface PagedParts {
  readonly aggregates: Aggregates;
  readonly inbox: Inbox;
  readonly room: Room;
  /** The one aggregate of a publisher that serves no other: it knows by itself when it holds too much. */
  readonly only: string | undefined;
}

/** Who moves events to pages, and who gets them back: the inbox, or one of the queues. One page is made at a time. */
export class PartitionPaging {
  readonly #aggregates: Aggregates;
  readonly #inbox: Inbox;
  readonly #room: Room;
  readonly #only: string | undefined;
  readonly #asked = new Set<string>();
  #inboxLoadedLast = false;
  // An aggregate's id, or the inbox.
  #spilling: string | undefined;

  constructor({ aggregates, inbox, room, only }: PagedParts) {
    this.#aggregates = aggregates;
    this.#inbox = inbox;
    this.#room = room;
    this.#only = only;
  }

  /** More is in memory than may be: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    if (this.#spilling !== undefined) return false;
    if (this.#only !== undefined) return this.#aggregates.get(this.#only)?.paging.mustSpill ?? false;
    return this.#inbox.mustSpill || (!this.#room.isLeft && this.#aggregates.isAnySpillable);
  }

  /** Moves a part of what waits out of memory, into the page of that name. */
  beginSpill(page: string, pagesNewest?: PagesNewest): Spill {
    const id = this.#inbox.mustSpill ? INBOX : (this.#only ?? this.#aggregates.largest ?? INBOX);
    this.#spilling = id;
    return id === INBOX
      ? this.#inbox.beginSpill(page, pagesNewest)
      : this.#aggregates.change(id, (queue) => queue.paging.beginSpill(page, pagesNewest));
  }

  /** The page holds its events, or it could not be made and they stay in memory. */
  endSpill(isHeld: boolean, now: number): void {
    const spilling = this.#spilling;
    this.#spilling = undefined;
    if (spilling === INBOX) this.#inbox.endSpill(isHeld);
    else if (spilling !== undefined) {
      this.#aggregates.change(spilling, (queue) => queue.paging.endSpill(isHeld, now));
    }
  }

  /** The page to fetch next, of inbox and queues in turn; undefined when there is none, or no room for it. */
  get pageToLoad(): string | undefined {
    if (!this.#room.isLeft || this.#asked.size >= MOST_PAGES_ASKED) return undefined;
    const ofQueue = this.#aggregates.paging?.paging.pageToLoad;
    const ofInbox = this.#inbox.pageToLoad;
    return this.#inboxLoadedLast ? (ofQueue ?? ofInbox) : (ofInbox ?? ofQueue);
  }

  /** The page has been asked for its events, or could not be. */
  askedForPage(page: string, isAsked: boolean): void {
    if (isAsked) this.#asked.add(page);
    else this.#asked.delete(page);
    this.#inboxLoadedLast = this.#inbox.askedForPage(page, isAsked);
    const id = this.#aggregates.holderOf(page);
    if (id !== undefined) this.#aggregates.change(id, (queue) => queue.paging.askedForPage(isAsked));
  }

  /** A page has given its events back. One that has done so already is ignored. */
  load(page: LoadedPage, now: number): void {
    this.#asked.delete(page.page);
    this.#inbox.load(page);
    const id = this.#aggregates.holderOf(page.page);
    if (id !== undefined) this.#aggregates.change(id, (queue) => queue.paging.load(page, now));
  }
}
