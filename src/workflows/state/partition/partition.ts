import { PARTITION_LIMITS, REMEMBER_MSG_IDS } from '../../../common/defaults.ts';
import { bytesOfEntry } from '../../../common/entry-size.ts';
import type { AggregateEntries, AggregateOutcome } from '../../../common/protocol/activities.ts';
import type { PublishEntry } from '../../../common/protocol/entry.ts';
import type { LoadedPage } from '../../../common/protocol/pages.ts';
import type { ParkedEvent } from '../../../common/protocol/parked.ts';
import type { PublisherInput, PublisherSettings } from '../../../common/protocol/publish.ts';
import type { AwaitedMessage, Settled } from '../../../common/protocol/receipts.ts';
import type {
  PartitionAggregateState,
  PartitionState,
  PublisherState,
} from '../../../common/protocol/state.ts';
import type { BacklogLimits, PagesNewest, Spill } from '../aggregate/backlog.ts';
import { operate, refusalOf, type Wish } from '../aggregate/operations.ts';
import { PublishQueue, type QueueSettings, type QueueStatus } from '../aggregate/publish-queue.ts';
import type { AsksFirst, Gap, GapAnswer } from '../aggregate/stream-order.ts';
import { settledOf } from '../receipts/fate.ts';
import { ReceiptBook } from '../receipts/receipt-book.ts';
import { Aggregates } from './aggregates.ts';
import { Inbox } from './inbox.ts';
import { PartitionPaging } from './partition-paging.ts';
import { Room } from './room.ts';
import { takeInTurn } from './turns.ts';

/** A gap in the stream of one aggregate, for the EventLog. */
export type AggregateGap = Gap & { readonly id: string };

/** A repeated msgId or position with another content. */
export type AggregateConflict = AwaitedMessage;

const QUEUE_LIMITS: BacklogLimits = {
  memory: Number.POSITIVE_INFINITY,
  sizeOf: bytesOfEntry,
  keep: PARTITION_LIMITS.keep,
  page: PARTITION_LIMITS.page,
};

/**
 * Everything that a publisher holds: the queues of its aggregates, and the inbox of events that wait outside them because
 * the queues hold enough. A publisher of one aggregate has one queue and no inbox. Plain state without Temporal.
 */
export class Partition {
  readonly #settings: QueueSettings;
  readonly #rememberMs: number;
  readonly #only: string | undefined;
  readonly #aggregates: Aggregates;
  readonly #inbox: Inbox;
  readonly #receipts: ReceiptBook;
  readonly #paging: PartitionPaging;
  readonly #room: Room;
  #duplicates = 0;

  constructor(
    { id, ordering, state }: Pick<PublisherInput, 'id' | 'ordering' | 'state'>,
    settings: PublisherSettings,
  ) {
    const { rememberMs, settleMs, gapTimeoutMs } = settings;
    this.#only = id;
    this.#rememberMs = rememberMs;
    this.#settings = {
      rememberMs,
      rememberMsgIds:
        id === undefined ? Math.min(settings.rememberMsgIds, REMEMBER_MSG_IDS / 10) : settings.rememberMsgIds,
      ...(ordering === 'position' ? { stream: { settleMs, gapTimeoutMs } } : {}),
      ...(id === undefined ? { limits: QUEUE_LIMITS } : {}),
    };
    const { aggregates, ...inbox } = toPartitionState(id, state);
    this.#aggregates = new Aggregates(this.#settings);
    this.#inbox = new Inbox(inbox);
    this.#receipts = new ReceiptBook(state?.receipts);
    this.#room = new Room(this.#aggregates);
    this.#paging = new PartitionPaging({
      aggregates: this.#aggregates,
      inbox: this.#inbox,
      room: this.#room,
      only: id,
    });
    for (const aggregate of aggregates) this.#aggregates.add(aggregate.id, aggregate.usedAt, aggregate);
    if (id !== undefined && aggregates.length === 0) this.#aggregates.add(id, 0);
  }

  /** Nothing accepted is waiting or under way, and nothing is kept that the next run would miss. */
  get mayClose(): boolean {
    if (this.#inbox.length > 0) return false;
    // A partition is worth keeping open for its watermarks: there are few partitions, and many aggregates.
    if (this.#only === undefined && this.#settings.stream && this.#aggregates.count > 0) return false;
    return this.#aggregates.areAllIdle;
  }

  /** Some aggregate has something that may be published now. */
  get isReady(): boolean {
    return this.#aggregates.ready.size > 0;
  }

  get parked(): ReadonlyMap<string, ParkedEvent> {
    return this.#aggregates.parked;
  }

  /** Repeats that were dropped, in this run. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Takes entries in, in order. Returns those whose msgId or position is known with another content. */
  accept(entries: readonly PublishEntry[], now: number): readonly AggregateConflict[] {
    if (this.#only !== undefined) return this.#admit(this.#only, entries, now);
    const conflicts: AggregateConflict[] = [];
    for (const entry of entries) {
      if (this.#inbox.length > 0 || !this.#room.mayAdmit) this.#inbox.add(entry);
      else conflicts.push(...this.#admit(entry.message.id, [entry], now));
    }
    this.#distribute(now);
    return conflicts;
  }

  /** The next events to publish, of aggregates in turn; at least one. */
  take(now: number): readonly AggregateEntries[] {
    const id = this.#only;
    if (id === undefined) return takeInTurn(this.#aggregates, now);
    return [{ id, entries: this.#aggregates.change(id, (queue) => queue.take(now)) }];
  }

  /** What became of taken events: one outcome per aggregate, in the same order. */
  settle(aggregates: readonly AggregateEntries[], outcomes: readonly AggregateOutcome[], now: number): void {
    // Before the failures among them: what fails now has not waited yet.
    if (outcomes.some(({ receipts }) => receipts.length > 0)) this.#goOn(now);
    aggregates.forEach(({ id }, index) => {
      const outcome = outcomes[index] ?? { receipts: [] };
      this.#receipts.add(outcome.receipts);
      // After a long outage its msgIds are as good as new: they are remembered from now on.
      this.#aggregates.renew(id, now);
      this.#aggregates.change(id, (queue) => {
        queue.settle(outcome, now);
        if (outcome.failure && this.#only === undefined) queue.backOff(outcome.failure, now);
      });
    });
    this.#distribute(now);
  }

  /** When `due` is to be called: milliseconds since 1970; undefined while nothing waits for time. */
  get dueAt(): number | undefined {
    return this.#aggregates.dueAt;
  }

  /** Time has passed. Gives back the gaps that the EventLog is to be asked for. */
  due(now: number, asksFirst?: AsksFirst): readonly AggregateGap[] {
    const gaps = [...this.#aggregates.timed].flatMap((id) => {
      const gap = this.#aggregates.change(id, (queue) => queue.due(now, asksFirst));
      return gap ? [{ id, ...gap }] : [];
    });
    this.#distribute(now);
    return gaps;
  }

  /** The EventLog has been asked about a gap. */
  gapAsked({ id, isFirst }: AggregateGap, { entries, why, watermark }: GapAnswer, now: number): void {
    if (isFirst) this.#changeIfKnown(id, (queue) => queue.beginAsked(watermark, now));
    else this.#gapRead(id, { entries, why }, now);
    this.#distribute(now);
  }

  #gapRead(id: string, { entries, why }: GapAnswer, now: number): void {
    const isCrowded = this.#room.isCrowded;
    // What is missing may wait in the inbox.
    const reason = isCrowded || this.#inbox.length > 0 ? undefined : why;
    this.#changeIfKnown(id, (queue) => {
      if (!isCrowded) queue.accept(entries, now);
      queue.gapAsked(reason, now);
    });
  }

  /** The EventLog could not be asked, because the run had to end. */
  askLater(id: string, now: number): void {
    this.#changeIfKnown(id, (queue) => queue.askLater(now));
  }

  /** Why what an operator wants does not apply; undefined when it does. */
  refusal(wish: Wish): string | undefined {
    return refusalOf(this.#queueOf(this.#idOf(wish.request)), wish);
  }

  operate(wish: Wish, now: number): QueueStatus {
    const id = this.#idOf(wish.request);
    this.#aggregates.use(id, now);
    this.#aggregates.change(id, (queue) => operate(queue, wish, now));
    this.#distribute(now);
    return this.status(id);
  }

  /** More is in memory than may be: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    return this.#paging.mustSpill;
  }

  /** Moves a part of what waits out of memory, into the page of that name. */
  beginSpill(page: string, pagesNewest?: PagesNewest): Spill {
    return this.#paging.beginSpill(page, pagesNewest);
  }

  /** The page holds its events, or it could not be made and they stay in memory. */
  endSpill(isHeld: boolean, now: number): void {
    this.#paging.endSpill(isHeld, now);
    this.#distribute(now);
  }

  /** The page to fetch next; undefined when there is none, or no room for it. */
  get pageToLoad(): string | undefined {
    return this.#paging.pageToLoad;
  }

  /** The page has been asked for its events, or could not be. */
  askedForPage(page: string, isAsked: boolean): void {
    this.#paging.askedForPage(page, isAsked);
  }

  /** A page has given its events back. One that has done so already is ignored. */
  load(page: LoadedPage, now: number): void {
    this.#paging.load(page, now);
    this.#distribute(now);
  }

  /** What became of messages, as far as they are settled. */
  settledOf(messages: readonly AwaitedMessage[]): readonly Settled[] {
    const queueOf = (message: AwaitedMessage): PublishQueue => this.#queueOf(this.#idOf(message));
    return settledOf(messages, { receipts: this.#receipts, inbox: this.#inbox, queueOf });
  }

  status(id = this.#only ?? ''): QueueStatus {
    return this.#queueOf(id).status();
  }

  /** Totals over all aggregates. */
  totals(): { aggregates: number; pending: number; parked: number } {
    const pending = this.#aggregates.totals.pending + this.#inbox.length;
    return { aggregates: this.#aggregates.count, pending, parked: this.parked.size };
  }

  /** Everything that must survive into the next run. Only while nothing is taken, and nothing is being spilled. */
  snapshot(): PublisherState {
    const receipts = this.#receipts.snapshot();
    const kept = receipts.length > 0 ? { receipts } : {};
    if (this.#only !== undefined) return { ...this.#queueOf(this.#only).snapshot(), ...kept };
    return { aggregates: this.#aggregates.snapshot(), ...this.#inbox.snapshot(), ...kept };
  }

  #idOf({ id }: { readonly id?: string }): string {
    return this.#only ?? id ?? '';
  }

  /** The queue of an aggregate; an empty one when it is not known. */
  #queueOf(id: string): PublishQueue {
    return this.#aggregates.get(id) ?? new PublishQueue(this.#settings);
  }

  /** An aggregate of which nothing waited any more may have been forgotten meanwhile. */
  #changeIfKnown(id: string, change: (queue: PublishQueue) => void): void {
    if (this.#aggregates.get(id)) this.#aggregates.change(id, change);
  }

  #admit(id: string, entries: readonly PublishEntry[], now: number): readonly AggregateConflict[] {
    this.#aggregates.use(id, now);
    const conflicts = this.#aggregates.change(id, (queue) => {
      const before = queue.duplicates;
      const again = queue.accept(entries, now);
      this.#duplicates += queue.duplicates - before;
      return again;
    });
    return conflicts.map((msgId) => ({ id, msgId }));
  }

  /** SNS takes events: nobody need wait for that any longer. */
  #goOn(now: number): void {
    const waiting = [...this.#aggregates.timed].filter((id) => this.#aggregates.get(id)?.isBackedOff);
    for (const id of waiting) this.#aggregates.change(id, (queue) => queue.goOn(now));
  }

  /** Moves events from the inbox to their aggregates while there is room. */
  #distribute(now: number): void {
    if (this.#only !== undefined) return;
    do this.#forget(now);
    while (this.#moveFromInbox(now) > 0);
  }

  #moveFromInbox(now: number): number {
    let moved = 0;
    for (const entry of this.#inbox.head) {
      if (!this.#room.mayAdmit) break;
      this.#admit(entry.message.id, [entry], now);
      moved += 1;
    }
    this.#inbox.removeFirst(moved);
    return moved;
  }

  /** Watermarks are remembered as long as there is room for them. */
  #forget(now: number): void {
    this.#aggregates.forget(this.#settings.stream ? Number.NEGATIVE_INFINITY : now - this.#rememberMs);
  }
}

function toPartitionState(id: string | undefined, state: PublisherState | undefined): PartitionState {
  if (state === undefined) return { aggregates: [] };
  if ('aggregates' in state) return state;
  const only: PartitionAggregateState = { ...state, id: id ?? '', usedAt: 0 };
  return { aggregates: [only] };
}
