import { countWithin, type PayloadLimits } from '../../../common/count-within.ts';
import type { AggregateOutcome, PublishFailure } from '../../../common/protocol/activities.ts';
import type { PublishEntry } from '../../../common/protocol/entry.ts';
import type { ParkedEvent } from '../../../common/protocol/parked.ts';
import type { PublishQueueState } from '../../../common/protocol/state.ts';
import type { PublisherStatus } from '../../../common/protocol/status.ts';
import { toIso } from '../iso-time.ts';
import type { Sizes } from '../size.ts';
import { ActivitySize } from './activity-size.ts';
import { Arrivals } from './arrivals.ts';
import { BackOff } from './back-off.ts';
import { BACKLOG_LIMITS, Backlog, type BacklogLimits } from './backlog.ts';
import { Halt, type HaltState } from './halt.ts';
import { MsgIdMemory, type RememberSettings } from './msg-id-memory.ts';
import { Paging } from './paging.ts';
import { Parking } from './parking.ts';
import { isHeldUp, pendingOf, type QueueParts } from './queue-parts.ts';
import { sizesOf } from './queue-size.ts';
import { type AsksFirst, type Gap, StreamOrder, type StreamSettings } from './stream-order.ts';
import { Tally, type TallyState } from './tally.ts';

/** What the queue knows by itself; the workflow adds topic and aggregate. */
export type QueueStatus = Omit<PublisherStatus, 'topic' | 'id'>;

/** Settings of one aggregate's queue; with those of a stream, its events are ordered by position. */
export interface QueueSettings extends RememberSettings {
  readonly stream?: StreamSettings;
  /** Those of an aggregate in a partition. Default: those of a publisher that serves one aggregate. */
  readonly limits?: BacklogLimits;
}

/** msgIds of the events of one aggregate that are in memory. */
export interface WaitingMsgIds {
  /** In the order in which they leave. */
  readonly queued: ReadonlySet<string>;
  /** They wait for an earlier one. */
  readonly early: ReadonlySet<string>;
}

/**
 * The events of one aggregate between acceptance and publication. Plain state without Temporal: time is an argument, and
 * `snapshot()` is all that the next run needs.
 *
 * Only one taken batch may be open: `take`, then `settle`, then `take` again. That is what keeps one request in flight.
 */
export class PublishQueue {
  /** What it keeps in memory, and what in pages. */
  readonly paging: Paging;
  readonly #parts: QueueParts;
  readonly #parking: Parking;
  readonly #arrivals: Arrivals;
  readonly #activitySize = new ActivitySize();
  #taken = 0;
  #takenAt: string | undefined;

  constructor(settings: QueueSettings, state?: PublishQueueState) {
    const limits = settings.limits ?? BACKLOG_LIMITS;
    this.#parts = {
      backlog: new Backlog(state ?? { pending: [] }, limits),
      memory: new MsgIdMemory(settings, state?.remembered),
      stream: settings.stream && new StreamOrder(settings.stream, state?.stream),
      halt: new Halt(state),
      backOff: new BackOff(state?.failing),
      tally: new Tally(state),
    };
    this.#parking = new Parking(this.#parts);
    this.#arrivals = new Arrivals(this.#parts, this.#parking);
    const taken = (): number => this.#taken;
    this.paging = new Paging(this.#parts, this.#arrivals, { limits, taken, isLoading: state?.isLoading });
  }

  /** Nothing accepted is waiting or under way. */
  get isEmpty(): boolean {
    return this.pending === 0;
  }

  /** Nothing waits, and nobody has stopped it: what is left is memory. */
  get isIdle(): boolean {
    return this.isEmpty && !this.parked && !this.halt.paused && !this.#parts.backOff.failing;
  }

  /** There is something that may be published now. */
  get isReady(): boolean {
    return this.#parts.backlog.head.length > 0 && this.#taken === 0 && !isHeldUp(this.#parts);
  }

  /** What has stopped it. */
  get halt(): Halt {
    return this.#parts.halt;
  }

  get parked(): ParkedEvent | undefined {
    return this.halt.parked;
  }

  /** Accepted and not yet published. */
  get pending(): number {
    return pendingOf(this.#parts);
  }

  /** Takes entries in, in order. A repeated one is dropped. Gives back the msgIds of those that had another content. */
  accept(entries: readonly PublishEntry[], now: number): readonly string[] {
    return this.#arrivals.accept(entries, now);
  }

  /** Repeats that were dropped, since the publisher opened. */
  get duplicates(): number {
    return this.#parts.tally.duplicates;
  }

  /** Forgets msgIds but those of what waits, and of these all but the newest. False when there is nothing to forget. */
  forgetMsgIds(atMost = Number.POSITIVE_INFINITY): boolean {
    const { memory, backlog } = this.#parts;
    return memory.keepNewest(Math.min(backlog.length, atMost));
  }

  /** The next events to publish, in order; at least one. */
  take(now: number, limits?: PayloadLimits): readonly PublishEntry[] {
    if (!this.isReady) throw new TypeError('take() without a ready event');
    const { head } = this.#parts.backlog;
    this.#taken = countWithin(head, limits ?? this.#activitySize.limits);
    this.#takenAt = toIso(now);
    return head.slice(0, this.#taken);
  }

  /** Removes what was published of the taken events, and parks at an event that retrying cannot cure. */
  settle({ receipts, failure }: AggregateOutcome, now: number): void {
    if (this.#taken === 0) throw new TypeError('settle() without take()');
    if (receipts.length > this.#taken) throw new TypeError('settle() with more receipts than taken events');
    const { backlog, tally, backOff } = this.#parts;
    const refused = receipts.length < this.#taken ? backlog.head[receipts.length] : undefined;
    this.#activitySize.settle(this.#taken, receipts.length);
    this.#taken = 0;
    this.#takenAt = undefined;
    backlog.removeFirst(receipts.length);
    tally.settle(receipts);
    if (receipts.length > 0) backOff.end();
    if (failure?.kind === 'event' && refused !== undefined) this.#parking.atRefused(refused, failure, now);
  }

  /** Waits for longer and longer while SNS does not take the next event; `due` ends the wait. */
  backOff(failure: PublishFailure, now: number): void {
    const { backlog, backOff } = this.#parts;
    if (backlog.length > 0) backOff.fail(failure, now);
  }

  /** It waits because SNS has failed it. */
  get isBackedOff(): boolean {
    return this.#parts.backOff.isWaiting;
  }

  /** SNS takes events of others: it need not wait any longer. */
  goOn(now: number): void {
    this.#parts.backOff.goOn(now);
  }

  /** When `due` is to be called: milliseconds since 1970; undefined while nothing waits for time. */
  get dueAt(): number | undefined {
    const { backOff, stream } = this.#parts;
    const times = [backOff.dueAt, this.parked ? undefined : stream?.dueAt];
    const known = times.filter((time) => time !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  /** Time has passed. Gives back the positions that the EventLog is to be asked for. */
  due(now: number, asksFirst?: AsksFirst): Gap | undefined {
    const { backOff, stream } = this.#parts;
    backOff.due(now);
    if (this.parked || !stream) return undefined;
    const gap = stream.due(now, asksFirst);
    if (!gap) this.#arrivals.release(now);
    return gap;
  }

  /** The EventLog has been asked, and what it had has been accepted. Says why what is still missing parks; if it does. */
  gapAsked(why: string | undefined, now: number): void {
    const { stream } = this.#parts;
    const gap = stream?.gap;
    if (!stream || !gap) return;
    // An answer may be a part of what is missing.
    if (!stream.isAsked) stream.askAgain();
    else if (this.parked || why === undefined) stream.waitAgain(now);
    else this.#parking.atGap(gap, why, now);
  }

  /** Where to begin in the stream has been asked. */
  beginAsked(watermark: number | undefined, now: number): void {
    this.#parts.stream?.begin(watermark);
    this.#arrivals.release(now);
  }

  /** The EventLog could not be asked. */
  askLater(now: number): void {
    this.#parts.stream?.waitAgain(now);
  }

  /** Tries again what the aggregate is parked at. Does nothing when it is not parked. */
  retry(now: number): void {
    this.#parking.retry(now);
  }

  /** Drops what the aggregate is parked at. Does nothing when it is not parked. */
  skip(now: number): void {
    this.#parking.skip(now);
    this.#arrivals.release(now);
  }

  /** Publishes another content in the place of the parked event. */
  replace(entry: PublishEntry, now: number): void {
    this.#parking.replace(entry, now);
  }

  /** The event at the head, which is the parked one when SNS refused it. */
  get first(): PublishEntry | undefined {
    return this.#parts.backlog.head[0];
  }

  /** What it holds, and what that takes in the next run's input, about. */
  get sizes(): Sizes {
    return sizesOf(this.#parts);
  }

  waitingMsgIds(): WaitingMsgIds {
    const { backlog, stream } = this.#parts;
    const msgIdsOf = (entries: readonly PublishEntry[]): ReadonlySet<string> =>
      new Set(entries.map(({ message }) => message.meta.msgId));
    return { queued: msgIdsOf(backlog.inMemory), early: msgIdsOf(stream?.inMemory ?? []) };
  }

  status(): QueueStatus {
    const { stream } = this.#parts;
    const next = this.first?.message.meta.msgId;
    return {
      state: this.#state,
      pending: this.pending,
      conflicts: 0,
      ...(this.#takenAt ? { publishingSince: this.#takenAt } : {}),
      ...(next === undefined ? {} : { next }),
      ...this.#rest(),
      ...(stream ? { position: stream.status() } : {}),
    };
  }

  /** Everything that must survive into the next run, as plain JSON. Only between `settle` and `take`. */
  snapshot(): PublishQueueState {
    if (this.#taken > 0) throw new TypeError('snapshot() while events are under way');
    const { backlog, memory, stream } = this.#parts;
    return {
      ...backlog.snapshot(),
      ...(this.paging.isLoading ? { isLoading: true } : {}),
      remembered: memory.snapshot(),
      ...this.#rest(),
      ...(stream ? { stream: stream.snapshot() } : {}),
    };
  }

  get #state(): PublisherStatus['state'] {
    if (this.parked) return 'parked';
    if (this.halt.paused) return 'paused';
    return this.isEmpty ? 'idle' : 'publishing';
  }

  /** What status and snapshot have in common. */
  #rest(): Pick<PublishQueueState, keyof TallyState | keyof HaltState | 'failing'> {
    const { tally, backOff } = this.#parts;
    const { failing } = backOff;
    return { ...tally.snapshot(), ...this.halt.snapshot(), ...(failing ? { failing } : {}) };
  }
}
