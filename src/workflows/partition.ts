import {
  ACTIVITY_LIMITS,
  PARTITION_LIMITS,
  PARTITION_STATE_BYTES,
  REMEMBER_MSG_IDS,
} from '../common/defaults.ts';
import type {
  AggregateEntries,
  AggregateOutcome,
  AwaitedMessage,
  LoadedPage,
  ParkedEvent,
  PartitionAggregateState,
  PartitionState,
  PublishEntry,
  PublisherInput,
  PublisherSettings,
  PublisherState,
  PublishQueueState,
  Settled,
} from '../common/publisher-protocol.ts';
import { Backlog, type BacklogLimits, type Spill } from './backlog.ts';
import { operate, refusalOf, type Wish } from './operations.ts';
import { PublishQueue, type QueueSettings, type QueueStatus } from './publish-queue.ts';
import { ReceiptBook } from './receipt-book.ts';
import type { Gap } from './stream-order.ts';

/** A gap in the stream of one aggregate, for the EventLog. */
export type AggregateGap = Gap & { readonly id: string };

/** A repeated msgId or position with another content. */
export type AggregateConflict = AwaitedMessage;

interface Known {
  readonly queue: PublishQueue;
  usedAt: number;
  // What the totals hold of it.
  pending: number;
  active: number;
  held: number;
  stateBytes: number;
}

const QUEUE_LIMITS: BacklogLimits = {
  memoryChars: Number.POSITIVE_INFINITY,
  keep: PARTITION_LIMITS.keep,
  page: PARTITION_LIMITS.page,
};

const INBOX_LIMITS: BacklogLimits = {
  memoryChars: PARTITION_LIMITS.inboxChars,
  keep: PARTITION_LIMITS.page,
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
  // The longest unused aggregate comes first.
  readonly #known = new Map<string, Known>();
  // In the order in which they get their turn.
  readonly #ready = new Set<string>();
  readonly #timed = new Set<string>();
  readonly #paging = new Set<string>();
  readonly #spillable = new Map<string, number>();
  readonly #parked = new Set<string>();
  readonly #inbox: Backlog;
  readonly #receipts: ReceiptBook;
  #isInboxLoading: boolean;
  #inboxLoadedLast = false;
  // An aggregate's id, or the inbox.
  #spilling: string | undefined;
  #pending = 0;
  #active = 0;
  #held = 0;
  #stateBytes = 0;

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
    const { aggregates, inbox, isInboxLoading } = toPartitionState(id, state);
    this.#inbox = new Backlog(inbox ?? { pending: [] }, INBOX_LIMITS);
    this.#isInboxLoading = isInboxLoading ?? false;
    this.#receipts = new ReceiptBook(state?.receipts);
    for (const aggregate of aggregates) this.#add(aggregate.id, aggregate.usedAt, aggregate);
    if (id !== undefined && !this.#known.has(id)) this.#add(id, 0);
  }

  /** Nothing accepted is waiting or under way, and nothing is kept that the next run would miss. */
  get mayClose(): boolean {
    if (this.#inbox.length > 0) return false;
    // A partition is worth keeping open for its watermarks: there are few partitions, and many aggregates.
    if (this.#only === undefined && this.#settings.stream && this.#known.size > 0) return false;
    return [...this.#known.values()].every(({ queue }) => queue.isIdle);
  }

  /** Some aggregate has something that may be published now. */
  get isReady(): boolean {
    return this.#ready.size > 0;
  }

  get parked(): ReadonlyMap<string, ParkedEvent> {
    const pairs = [...this.#parked].map((id) => [id, this.#known.get(id)?.queue.parked] as const);
    return new Map(pairs.filter((pair): pair is [string, ParkedEvent] => pair[1] !== undefined));
  }

  /** Takes entries in, in order. Returns those whose msgId or position is known with another content. */
  accept(entries: readonly PublishEntry[], now: number): readonly AggregateConflict[] {
    const conflicts: AggregateConflict[] = [];
    if (this.#only !== undefined) return this.#admit(this.#only, entries, now);
    for (const entry of entries) {
      if (this.#inbox.length > 0 || !this.#hasRoom) this.#inbox.add(entry);
      else conflicts.push(...this.#admit(entry.message.id, [entry], now));
    }
    this.#forget(now);
    return conflicts;
  }

  /** The next events to publish, of aggregates in turn; at least one. */
  take(now: number): readonly AggregateEntries[] {
    const { activityEntries, activityChars, leastPerAggregate, keep } = PARTITION_LIMITS;
    const isAlone = this.#only !== undefined;
    const share = Math.floor(activityEntries / this.#ready.size);
    const each = Math.min(Math.max(share, leastPerAggregate), keep.maxEntries);
    let entriesLeft: number = activityEntries;
    let charsLeft: number = activityChars;
    const taken: AggregateEntries[] = [];
    for (const id of [...this.#ready]) {
      if (entriesLeft <= 0 || charsLeft <= 0) break;
      const limits = {
        maxEntries: Math.min(each, entriesLeft),
        maxChars: Math.min(keep.maxChars, charsLeft),
      };
      const entries = this.#change(id, (queue) => queue.take(now, isAlone ? ACTIVITY_LIMITS : limits));
      taken.push({ id, entries });
      entriesLeft -= entries.length;
      charsLeft -= JSON.stringify(entries).length;
    }
    return taken;
  }

  /** What became of taken events: one outcome per aggregate, in the same order. */
  settle(aggregates: readonly AggregateEntries[], outcomes: readonly AggregateOutcome[], now: number): void {
    aggregates.forEach(({ id }, index) => {
      const outcome = outcomes[index] ?? { receipts: [] };
      this.#receipts.add(outcome.receipts);
      this.#change(id, (queue) => {
        queue.settle(outcome, now);
        if (outcome.failure && this.#only === undefined) queue.backOff(outcome.failure, now);
      });
    });
    this.#distribute(now);
  }

  /** When `due` is to be called: milliseconds since 1970; undefined while nothing waits for time. */
  get dueAt(): number | undefined {
    const times = [...this.#timed].flatMap((id) => this.#known.get(id)?.queue.dueAt ?? []);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Time has passed. Gives back the gaps that the EventLog is to be asked for. */
  due(now: number): readonly AggregateGap[] {
    return [...this.#timed].flatMap((id) => {
      const gap = this.#change(id, (queue) => queue.due(now));
      return gap ? [{ id, ...gap }] : [];
    });
  }

  /** The EventLog has been asked about a gap: what it had, and what is wrong when that does not fill it. */
  gapAsked(id: string, answer: { entries: readonly PublishEntry[]; why: string }, now: number): void {
    this.#change(id, (queue) => {
      queue.accept(answer.entries, now);
      queue.gapAsked(answer.why, now);
    });
    this.#distribute(now);
  }

  /** The EventLog could not be asked, because the run had to end. */
  askLater(id: string, now: number): void {
    this.#change(id, (queue) => queue.askLater(now));
  }

  /** Why what an operator wants does not apply; undefined when it does. */
  refusal(wish: Wish): string | undefined {
    const id = this.#idOf(wish.request);
    const { queue } = this.#known.get(id) ?? { queue: new PublishQueue(this.#settings) };
    return refusalOf(queue, wish);
  }

  operate(wish: Wish, now: number): QueueStatus {
    const id = this.#idOf(wish.request);
    this.#use(id, now);
    this.#change(id, (queue) => operate(queue, wish, now));
    this.#distribute(now);
    return this.status(id);
  }

  /** More is in memory than may be: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    if (this.#spilling !== undefined) return false;
    if (this.#only !== undefined) return this.#known.get(this.#only)?.queue.mustSpill ?? false;
    return this.#inbox.mustSpill || (!this.#hasRoom && this.#spillable.size > 0);
  }

  /** Moves a part of what waits out of memory, into the page of that name. */
  beginSpill(page: string): Spill {
    if (this.#only === undefined && this.#inbox.mustSpill) {
      this.#spilling = INBOX;
      return this.#inbox.beginSpill(page);
    }
    const id = this.#only ?? largestOf(this.#spillable);
    this.#spilling = id;
    return this.#change(id, (queue) => queue.beginSpill(page));
  }

  endSpill(isHeld: boolean, now: number): void {
    const spilling = this.#spilling;
    this.#spilling = undefined;
    if (spilling === INBOX) this.#inbox.endSpill(isHeld);
    else if (spilling !== undefined) this.#change(spilling, (queue) => queue.endSpill(isHeld, now));
    this.#distribute(now);
  }

  /** The page to fetch next; undefined when there is none, or no room for it. */
  get pageToLoad(): string | undefined {
    if (!this.#hasRoom) return undefined;
    const [first] = this.#paging;
    const ofQueue = first === undefined ? undefined : this.#known.get(first)?.queue.pageToLoad;
    const ofInbox = this.#isInboxLoading || this.#spilling ? undefined : this.#inbox.pageToLoad;
    return this.#inboxLoadedLast ? (ofQueue ?? ofInbox) : (ofInbox ?? ofQueue);
  }

  /** The page has been asked for its events, or could not be. */
  askedForPage(page: string, isAsked: boolean): void {
    this.#inboxLoadedLast = this.#inbox.isFirstPage(page);
    if (this.#inboxLoadedLast) this.#isInboxLoading = isAsked;
    const id = [...this.#known].find(([, { queue }]) => queue.holdsPage(page))?.[0];
    if (id !== undefined) this.#change(id, (queue) => queue.askedForPage(isAsked));
  }

  /** A page has given its events back. One that has done so already is ignored. */
  load(page: LoadedPage, now: number): void {
    if (this.#inbox.load(page.page, page.entries)) this.#isInboxLoading = false;
    const id = [...this.#known].find(([, { queue }]) => queue.holdsPage(page.page))?.[0];
    if (id !== undefined) this.#change(id, (queue) => queue.load(page, now));
    this.#distribute(now);
  }

  /** What became of messages, as far as they are settled. */
  settledOf(messages: readonly AwaitedMessage[]): readonly Settled[] {
    const waiting = new Map<string, ReadonlySet<string>>();
    return messages.flatMap((message): Settled[] => {
      const { id, msgId } = { ...message, id: this.#idOf(message) };
      const receipt = this.#receipts.get(msgId);
      if (receipt) return [{ ...message, outcome: 'published', receipt }];
      const queue = this.#known.get(id)?.queue;
      if (!queue) return this.#inbox.length > 0 ? [] : [{ ...message, outcome: 'published' }];
      if (!waiting.has(id)) waiting.set(id, queue.waitingMsgIds());
      return settled(message, queue, (waiting.get(id)?.has(msgId) ?? false) || this.#inbox.length > 0);
    });
  }

  status(id = this.#only ?? ''): QueueStatus {
    const { queue } = this.#known.get(id) ?? { queue: new PublishQueue(this.#settings) };
    return queue.status();
  }

  /** Totals over all aggregates. */
  totals(): { aggregates: number; pending: number; parked: number } {
    const pending = this.#pending + this.#inbox.length;
    return { aggregates: this.#known.size, pending, parked: this.#parked.size };
  }

  /** Everything that must survive into the next run. Only while nothing is taken, and nothing is being spilled. */
  snapshot(): PublisherState {
    const receipts = this.#receipts.snapshot();
    const kept = receipts.length > 0 ? { receipts } : {};
    const only = this.#only === undefined ? undefined : this.#known.get(this.#only);
    if (only) return { ...only.queue.snapshot(), ...kept };
    return {
      aggregates: [...this.#known].map(([id, { queue, usedAt }]) => ({ id, usedAt, ...queue.snapshot() })),
      ...(this.#inbox.length > 0 ? { inbox: this.#inbox.snapshot() } : {}),
      ...(this.#isInboxLoading ? { isInboxLoading: true } : {}),
      ...kept,
    };
  }

  get #hasRoom(): boolean {
    if (this.#only !== undefined) return true;
    const { activeChars, heldChars } = PARTITION_LIMITS;
    return (
      this.#active < activeChars && this.#held < heldChars && this.#stateBytes < 1.5 * PARTITION_STATE_BYTES
    );
  }

  #idOf({ id }: { readonly id?: string }): string {
    return this.#only ?? id ?? '';
  }

  #add(id: string, usedAt: number, state?: PublishQueueState): void {
    const queue = new PublishQueue(this.#settings, state);
    this.#known.set(id, { queue, usedAt, pending: 0, active: 0, held: 0, stateBytes: 0 });
    this.#change(id, () => undefined);
  }

  #use(id: string, now: number): void {
    const known = this.#known.get(id);
    if (!known) {
      this.#add(id, now);
      return;
    }
    known.usedAt = now;
    // Last in the order of use.
    this.#known.delete(id);
    this.#known.set(id, known);
  }

  #admit(id: string, entries: readonly PublishEntry[], now: number): readonly AggregateConflict[] {
    this.#use(id, now);
    return this.#change(id, (queue) => {
      const before = queue.conflicts;
      queue.accept(entries, now);
      return queue.conflicts > before ? [{ id, msgId: queue.lastConflict?.msgId ?? '' }] : [];
    });
  }

  /** Moves events from the inbox to their aggregates while there is room. */
  #distribute(now: number): void {
    const waiting = this.#inbox.head;
    let moved = 0;
    for (const entry of waiting) {
      if (!this.#hasRoom) break;
      this.#admit(entry.message.id, [entry], now);
      moved += 1;
    }
    if (moved > 0) this.#inbox.removeFirst(moved);
    this.#forget(now);
  }

  /** Every change of a queue goes through here: it keeps the totals and the lists of ids right. */
  #change<Result>(id: string, change: (queue: PublishQueue) => Result): Result {
    const known = this.#known.get(id);
    if (!known) throw new TypeError(`No queue of the aggregate ${id}`);
    const { queue } = known;
    const result = change(queue);
    const active = queue.activeChars;
    const held = queue.memoryChars - active;
    const { pending, stateBytes } = queue;
    this.#pending += pending - known.pending;
    this.#active += active - known.active;
    this.#held += held - known.held;
    this.#stateBytes += stateBytes - known.stateBytes;
    Object.assign(known, { pending, active, held, stateBytes });
    mark(this.#ready, id, queue.isReady);
    mark(this.#timed, id, queue.dueAt !== undefined);
    mark(this.#paging, id, queue.pageToLoad !== undefined);
    mark(this.#parked, id, queue.parked !== undefined);
    this.#spillable.delete(id);
    if (this.#only === undefined && queue.spillableChars > 0) this.#spillable.set(id, queue.spillableChars);
    return result;
  }

  /** Forgets aggregates that nothing waits for, the longest unused first: when they are old, or when they are too many. */
  #forget(now: number): void {
    if (this.#only !== undefined) return;
    for (const [id, { queue, usedAt }] of this.#known) {
      const isOld = !this.#settings.stream && now - usedAt > this.#rememberMs;
      if (!isOld && !this.#remembersTooMuch) return;
      if (queue.isIdle) this.#drop(id);
      else if (isOld && !this.#remembersTooMuch) return;
      else this.#change(id, () => queue.forgetMsgIds());
    }
  }

  get #remembersTooMuch(): boolean {
    return this.#stateBytes > PARTITION_STATE_BYTES || this.#known.size > PARTITION_LIMITS.aggregates;
  }

  #drop(id: string): void {
    this.#stateBytes -= this.#known.get(id)?.stateBytes ?? 0;
    this.#known.delete(id);
    for (const ids of [this.#ready, this.#timed, this.#paging, this.#parked, this.#spillable]) ids.delete(id);
  }
}

// No aggregate's id is empty.
const INBOX = '';

function toPartitionState(id: string | undefined, state: PublisherState | undefined): PartitionState {
  if (state === undefined) return { aggregates: [] };
  if ('aggregates' in state) return state;
  const only: PartitionAggregateState = { ...state, id: id ?? '', usedAt: 0 };
  return { aggregates: [only] };
}

function settled(message: AwaitedMessage, queue: PublishQueue, mayWait: boolean): Settled[] {
  const { msgId } = message;
  const { parked } = queue;
  if (parked?.msgId === msgId) return [{ ...message, outcome: 'parked', parked }];
  const isSkipped = queue.operations.some((done) => done.operation === 'skip' && done.msgId === msgId);
  if (isSkipped) return [{ ...message, outcome: 'skipped' }];
  if (!mayWait && !queue.hasPages) return [{ ...message, outcome: 'published' }];
  return parked ? [{ ...message, outcome: 'parked', parked }] : [];
}

function mark(ids: Set<string>, id: string, isIn: boolean): void {
  if (isIn) ids.add(id);
  else ids.delete(id);
}

function largestOf(sizes: ReadonlyMap<string, number>): string {
  return [...sizes].reduce((largest, one) => (one[1] > largest[1] ? one : largest), ['', 0])[0];
}
