import { PARTITION_LIMITS, PARTITION_STATE_BYTES } from '../../../common/defaults.ts';
import { utf8Bytes } from '../../../common/entry-size.ts';
import type { ParkedEvent } from '../../../common/protocol/parked.ts';
import type { PartitionAggregateState, PublishQueueState } from '../../../common/protocol/state.ts';
import { PublishQueue, type QueueSettings } from '../aggregate/publish-queue.ts';
import type { Sizes } from '../size.ts';

interface Known {
  readonly queue: PublishQueue;
  usedAt: number;
  // What the totals hold of it.
  sizes: Sizes;
}

const NOTHING: Sizes = { pending: 0, active: 0, held: 0, state: 0 };

/** The rest of an aggregate in the next run's input: names and brackets. */
const EACH_BYTES = 100;

/** The aggregates of a publisher, each with its queue; what they hold together, and which of them want something. */
export class Aggregates {
  readonly #settings: QueueSettings;
  // The longest unused comes first.
  readonly #known = new Map<string, Known>();
  // In the order in which they get their turn.
  readonly #ready = new Set<string>();
  readonly #timed = new Set<string>();
  readonly #paging = new Set<string>();
  readonly #parked = new Set<string>();
  readonly #spillable = new Map<string, number>();
  #totals = NOTHING;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
  }

  /** How many there are. */
  get count(): number {
    return this.#known.size;
  }

  /** What they hold together, in a partition. */
  get totals(): Sizes {
    return this.#totals;
  }

  /** Those with something that may be published now, in turn. */
  get ready(): ReadonlySet<string> {
    return this.#ready;
  }

  /** Those that wait for time. */
  get timed(): ReadonlySet<string> {
    return this.#timed;
  }

  get parked(): ReadonlyMap<string, ParkedEvent> {
    const pairs = [...this.#parked].map((id) => [id, this.get(id)?.parked] as const);
    return new Map(pairs.filter((pair): pair is [string, ParkedEvent] => pair[1] !== undefined));
  }

  /** The one that wants a page, in turn. */
  get paging(): PublishQueue | undefined {
    const [first] = this.#paging;
    return first === undefined ? undefined : this.get(first);
  }

  /** The one with the most in memory of those that can move a part of it to a page. */
  get largest(): string | undefined {
    const sizes = [...this.#spillable];
    return sizes.length === 0 ? undefined : sizes.reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  }

  get isAnySpillable(): boolean {
    return this.#spillable.size > 0;
  }

  get areAllIdle(): boolean {
    return [...this.#known.values()].every(({ queue }) => queue.isIdle);
  }

  /** When the first of them wants to be called: milliseconds since 1970. */
  get dueAt(): number | undefined {
    const times = [...this.#timed].flatMap((id) => this.get(id)?.dueAt ?? []);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  get(id: string): PublishQueue | undefined {
    return this.#known.get(id)?.queue;
  }

  /** The one whose page it is. */
  holderOf(page: string): string | undefined {
    return [...this.#known].find(([, { queue }]) => queue.paging.holdsPage(page))?.[0];
  }

  add(id: string, usedAt: number, state?: PublishQueueState): void {
    this.#known.set(id, { queue: new PublishQueue(this.#settings, state), usedAt, sizes: NOTHING });
    this.change(id, () => undefined);
  }

  /** Makes it known, as the last in the order of use. */
  use(id: string, now: number): void {
    const known = this.#known.get(id);
    this.#known.delete(id);
    // One that is not known is measured with what comes in: nobody uses one that nothing happens to.
    this.#known.set(id, known ?? { queue: new PublishQueue(this.#settings), usedAt: now, sizes: NOTHING });
    if (known) known.usedAt = now;
  }

  /** What is remembered of it is not old yet. */
  renew(id: string, now: number): void {
    const known = this.#known.get(id);
    if (known) known.usedAt = now;
  }

  /** Every change of a queue goes through here: it keeps the totals and the lists of ids right. */
  change<Result>(id: string, change: (queue: PublishQueue) => Result): Result {
    const known = this.#known.get(id);
    if (!known) throw new TypeError(`No queue of the aggregate ${id}`);
    const result = change(known.queue);
    this.#recount(id, known);
    return result;
  }

  /**
   * Forgets aggregates that nothing waits for, the longest unused first: those not used since then, and more when they are
   * too many. When that is not enough, it forgets msgIds of events that wait.
   */
  forget(notUsedSince: number): void {
    for (const [id, known] of this.#known) {
      if (known.usedAt >= notUsedSince && !this.#areTooMany) return;
      if (known.queue.isIdle) this.#drop(id);
      else if (this.#areTooMany) this.#forgetMsgIds(id, known);
    }
    for (const [id, known] of this.#known) {
      if (this.#totals.state <= PARTITION_STATE_BYTES) return;
      this.#forgetMsgIds(id, known, this.#settings.rememberMsgIds);
    }
  }

  snapshot(): readonly PartitionAggregateState[] {
    return [...this.#known].map(([id, { queue, usedAt }]) => ({ id, usedAt, ...queue.snapshot() }));
  }

  get #areTooMany(): boolean {
    return this.#totals.state > PARTITION_STATE_BYTES || this.#known.size > PARTITION_LIMITS.aggregates;
  }

  #recount(id: string, known: Known): void {
    const { queue } = known;
    mark(this.#ready, id, queue.isReady);
    mark(this.#timed, id, queue.dueAt !== undefined);
    mark(this.#paging, id, queue.paging.pageToLoad !== undefined);
    mark(this.#parked, id, queue.parked !== undefined);
    // One alone knows by itself when it is too large. Measuring takes time.
    if (this.#settings.limits !== undefined) this.#measure(id, known);
  }

  #measure(id: string, known: Known): void {
    const { sizes } = known.queue;
    const { spillableSize } = known.queue.paging;
    this.#count(known, { ...sizes, state: sizes.state + utf8Bytes(id) + EACH_BYTES });
    if (spillableSize > 0) this.#spillable.set(id, spillableSize);
    else this.#spillable.delete(id);
  }

  #forgetMsgIds(id: string, known: Known, atMost?: number): void {
    if (known.queue.forgetMsgIds(atMost)) this.#recount(id, known);
  }

  #drop(id: string): void {
    const known = this.#known.get(id);
    if (!known) return;
    this.#count(known, NOTHING);
    this.#known.delete(id);
    for (const ids of [this.#ready, this.#timed, this.#paging, this.#parked, this.#spillable]) ids.delete(id);
  }

  #count(known: Known, sizes: Sizes): void {
    const { pending, active, held, state } = this.#totals;
    this.#totals = {
      pending: pending + sizes.pending - known.sizes.pending,
      active: active + sizes.active - known.sizes.active,
      held: held + sizes.held - known.sizes.held,
      state: state + sizes.state - known.sizes.state,
    };
    known.sizes = sizes;
  }
}

function mark(ids: Set<string>, id: string, isIn: boolean): void {
  if (isIn) ids.add(id);
  else ids.delete(id);
}
