import { countWithin, type PayloadLimits } from '../../../common/count-within.ts';
import type { AggregateOutcome, PublishFailure } from '../../../common/protocol/activities.ts';
import type { LoadedPage } from '../../../common/protocol/pages.ts';
import type { ParkedEvent } from '../../../common/protocol/parked.ts';
import type { PublishEntry } from '../../../common/protocol/entry.ts';
import type { PublishQueueState } from '../../../common/protocol/state.ts';
import type { PublisherStatus } from '../../../common/protocol/status.ts';
import { ActivitySize } from './activity-size.ts';
import { BackOff } from './back-off.ts';
import { BACKLOG_LIMITS, Backlog, type BacklogLimits, type Spill } from './backlog.ts';
import { fingerprintOfEntry } from './fingerprint.ts';
import { GAP, Halt, type HaltState, POSITION_CONFLICT } from './halt.ts';
import { MsgIdMemory, type RememberSettings, type Verdict } from './msg-id-memory.ts';
import { bytesOf, type Sizes } from '../size.ts';
import { type Gap, StreamOrder, type StreamSettings } from './stream-order.ts';
import { Tally, type TallyState } from './tally.ts';

/** What the queue knows by itself; the workflow adds topic and aggregate. */
export type QueueStatus = Omit<PublisherStatus, 'topic' | 'id'>;

/** Settings of one aggregate's queue; with those of a stream, its events are ordered by position. */
export interface QueueSettings extends RememberSettings {
  readonly stream?: StreamSettings;
  /** Those of an aggregate in a partition. Default: those of a publisher that serves one aggregate. */
  readonly limits?: BacklogLimits;
  /** Whether activities of one aggregate grow: see {@link ActivitySize}. Default: yes. */
  readonly mayGrow?: () => boolean;
}

/** msgIds of the events of one aggregate that are in memory. */
export interface WaitingMsgIds {
  /** In the order in which they leave. */
  readonly queued: ReadonlySet<string>;
  /** They wait for an earlier one. */
  readonly early: ReadonlySet<string>;
}

/** A page's name and count, and the marker of a parked aggregate, in the next run's input. */
const PAGE_BYTES = 200;
const MARKER_BYTES = 300;

/**
 * The events of one aggregate between acceptance and publication. Plain state without Temporal: time is an argument, and
 * `snapshot()` is all that the next run needs.
 *
 * Only one taken batch may be open: `take`, then `settle`, then `take` again. That is what keeps one request in flight.
 */
export class PublishQueue {
  /** What has stopped it. */
  readonly halt: Halt;
  readonly #limits: BacklogLimits;
  readonly #activitySize: ActivitySize;
  readonly #memory: MsgIdMemory;
  readonly #stream: StreamOrder | undefined;
  readonly #backlog: Backlog;
  readonly #tally: Tally;
  readonly #backOff: BackOff;
  #taken = 0;
  #takenAt: string | undefined;
  #isLoading: boolean;
  #isSpillingStream = false;

  constructor(settings: QueueSettings, state?: PublishQueueState) {
    this.#limits = settings.limits ?? BACKLOG_LIMITS;
    this.#activitySize = new ActivitySize(settings.mayGrow ?? (() => true));
    this.#memory = new MsgIdMemory(settings, state?.remembered);
    this.#stream = settings.stream && new StreamOrder(settings.stream, state?.stream);
    this.#backlog = new Backlog(state ?? { pending: [] }, this.#limits);
    this.#tally = new Tally(state);
    this.#backOff = new BackOff(state?.failing);
    this.#isLoading = state?.isLoading ?? false;
    this.halt = new Halt(state);
  }

  /** Nothing accepted is waiting or under way. */
  get isEmpty(): boolean {
    return this.pending === 0;
  }

  /** Nothing waits, and nobody has stopped it: what is left is memory. */
  get isIdle(): boolean {
    return this.isEmpty && !this.parked && !this.halt.paused && !this.#backOff.failing;
  }

  /** There is something that may be published now. */
  get isReady(): boolean {
    return this.#backlog.head.length > 0 && this.#taken === 0 && !this.#isHeldUp;
  }

  get parked(): ParkedEvent | undefined {
    return this.halt.parked;
  }

  /** Accepted and not yet published. */
  get pending(): number {
    return this.#backlog.length + (this.#stream?.early ?? 0);
  }

  /** Takes entries in, in order. A repeated one is dropped. Gives back the msgIds of those that had another content. */
  accept(entries: readonly PublishEntry[], now: number): readonly string[] {
    const conflicts = entries.filter((entry) => this.#offer(entry, now) === 'conflict');
    this.#memory.forget(now, this.#backlog.length);
    return conflicts.map(({ message }) => message.meta.msgId);
  }

  /** Forgets msgIds but those of what waits, and of these all but the newest. False when there is nothing to forget. */
  forgetMsgIds(atMost = Number.POSITIVE_INFINITY): boolean {
    return this.#memory.keepNewest(Math.min(this.#backlog.length, atMost));
  }

  /** The next events to publish, in order; at least one. */
  take(now: number, limits?: PayloadLimits): readonly PublishEntry[] {
    if (!this.isReady) throw new TypeError('take() without a ready event');
    const { head } = this.#backlog;
    this.#taken = countWithin(head, limits ?? this.#activitySize.limitsFor(head.length));
    this.#takenAt = toIso(now);
    return head.slice(0, this.#taken);
  }

  /** Removes what was published of the taken events, and parks at an event that retrying cannot cure. */
  settle({ receipts, failure }: AggregateOutcome, now: number): void {
    if (this.#taken === 0) throw new TypeError('settle() without take()');
    if (receipts.length > this.#taken) throw new TypeError('settle() with more receipts than taken events');
    const refused = receipts.length < this.#taken ? this.#backlog.head[receipts.length] : undefined;
    this.#activitySize.settle(this.#taken, receipts.length);
    this.#taken = 0;
    this.#takenAt = undefined;
    this.#backlog.removeFirst(receipts.length);
    this.#tally.settle(receipts);
    if (receipts.length > 0) this.#backOff.end();
    if (failure?.kind === 'event' && refused !== undefined) this.#park(refused, failure, now);
  }

  /** Waits for longer and longer while SNS does not take the next event; `due` ends the wait. */
  backOff(failure: PublishFailure, now: number): void {
    if (this.#backlog.length > 0) this.#backOff.fail(failure, now);
  }

  /** It waits because SNS has failed it. */
  get isBackedOff(): boolean {
    return this.#backOff.isWaiting;
  }

  /** SNS takes events of others: it need not wait any longer. */
  goOn(now: number): void {
    this.#backOff.goOn(now);
  }

  /** When `due` is to be called: milliseconds since 1970; undefined while nothing waits for time. */
  get dueAt(): number | undefined {
    const times = [this.#backOff.dueAt, this.parked ? undefined : this.#stream?.dueAt];
    const known = times.filter((time) => time !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  /** Time has passed. Gives back the positions that the EventLog is to be asked for. */
  due(now: number): Gap | undefined {
    this.#backOff.due(now);
    if (this.parked || !this.#stream) return undefined;
    const gap = this.#stream.due(now);
    if (!gap) this.#append(now);
    return gap;
  }

  /** The EventLog has been asked, and what it had has been accepted. Says why what is still missing parks; if it does. */
  gapAsked(why: string | undefined, now: number): void {
    const gap = this.#stream?.gap;
    if (!this.#stream || !gap) return;
    // An answer may be a part of what is missing.
    if (!this.#stream.isAsked) this.#stream.askAgain();
    else if (this.parked || why === undefined) this.#stream.waitAgain(now);
    else {
      const reason = `Position ${range(gap)} of the stream is missing: ${why}`;
      this.halt.park({ msgId: this.#stream.firstEarly ?? '', code: GAP, reason, since: toIso(now) });
    }
  }

  /** The EventLog could not be asked. */
  askLater(now: number): void {
    this.#stream?.waitAgain(now);
  }

  /** Tries again what the aggregate is parked at. Does nothing when it is not parked. */
  retry(now: number): void {
    const code = this.parked?.code;
    this.#unpark(now);
    if (code === GAP) this.#stream?.askAgain();
  }

  /** Drops what the aggregate is parked at: the refused event, the missing ones, or the one that came too much. */
  skip(now: number): void {
    const code = this.parked?.code;
    if (code === undefined) return;
    // An event that has another one's place was never queued.
    if (code === GAP) this.#stream?.skipGap();
    else if (code !== POSITION_CONFLICT) this.#backlog.removeFirst(1);
    this.#unpark(now);
    this.#append(now);
  }

  /** Publishes another content in the place of the parked event. */
  replace(entry: PublishEntry, now: number): void {
    this.#backlog.replaceFirst(entry);
    this.#memory.replace(entry.message.meta.msgId, fingerprintOfEntry(entry));
    this.#stream?.replaced(entry);
    this.#unpark(now);
  }

  /** The event at the head, which is the parked one when SNS refused it. */
  get first(): PublishEntry | undefined {
    return this.#backlog.head[0];
  }

  /** More is in memory than the next run's input may hold: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    return (
      this.#backlog.mustSpillKeeping(this.#kept ?? this.#limits.keep) || (this.#stream?.mustSpill ?? false)
    );
  }

  /** Size in memory of which a part could be moved to a page; 0 when nothing can. */
  get spillableSize(): number {
    const early = this.#stream?.canSpill ? this.#stream.earlyBytes : 0;
    return Math.max(early, this.#backlog.canSpill(this.#kept) ? this.#backlog.memorySize : 0);
  }

  /** What it holds, and what that takes in the next run's input, about. */
  get sizes(): Sizes {
    const { pending } = this;
    const queued = this.#backlog.memorySize;
    const early = this.#stream?.earlyBytes ?? 0;
    const marker = this.parked ? MARKER_BYTES : 0;
    const rest = this.#tally.bytes + this.#bytesOfTrouble + this.#memory.bytes + this.#pages * PAGE_BYTES;
    const state = rest + marker + (this.#stream ? bytesOf(this.#stream.memory()) : 0);
    return this.#isHeldUp
      ? { pending, active: 0, held: queued + early, state }
      : { pending, active: queued, held: early, state };
  }

  /** Moves a part of what waits out of memory, into the page of that name. */
  beginSpill(page: string): Spill {
    const stream = this.#stream;
    const keep = this.#kept;
    this.#isSpillingStream =
      stream !== undefined && (stream.mustSpill || (stream.canSpill && !this.#backlog.canSpill(keep)));
    return this.#isSpillingStream && stream
      ? stream.beginSpill(page, this.#limits.page)
      : this.#backlog.beginSpill(page, keep);
  }

  /** The page holds its events, or it could not be made and they stay in memory. */
  endSpill(isHeld: boolean, now: number): void {
    if (!this.#isSpillingStream) this.#backlog.endSpill(isHeld);
    else this.#offerAgain(this.#stream?.endSpill(isHeld) ?? [], now);
    this.#append(now);
  }

  /** The page to fetch before anything else can go on; undefined when there is none or it is under way. */
  get pageToLoad(): string | undefined {
    if (this.#isLoading) return undefined;
    return this.#stream?.pageToLoad ?? (this.halt.isStopped ? undefined : this.#backlog.pageToLoad);
  }

  /** The page has been asked for its events, or could not be. */
  askedForPage(isAsked: boolean): void {
    this.#isLoading = isAsked;
  }

  /** A page has given its events back. False: it is not one of this queue's, or not any more. */
  load({ page, entries }: LoadedPage, now: number): boolean {
    const isOfStream = this.#stream?.forgetPage(page) ?? false;
    if (isOfStream) this.#offerAgain(entries, now);
    else if (!this.#backlog.load(page, entries)) return false;
    this.#isLoading = false;
    return true;
  }

  /** Whether the page is one of those that may be asked for, or were. */
  holdsPage(page: string): boolean {
    return this.#backlog.isFirstPage(page) || (this.#stream?.holdsPage(page) ?? false);
  }

  /** Whether some of what waits is in pages, where nobody can look. */
  get hasPages(): boolean {
    return this.#pages > 0;
  }

  waitingMsgIds(): WaitingMsgIds {
    const msgIdsOf = (entries: readonly PublishEntry[]): ReadonlySet<string> =>
      new Set(entries.map(({ message }) => message.meta.msgId));
    return { queued: msgIdsOf(this.#backlog.inMemory), early: msgIdsOf(this.#stream?.inMemory ?? []) };
  }

  status(): QueueStatus {
    const next = this.first?.message.meta.msgId;
    return {
      state: this.#state,
      pending: this.pending,
      conflicts: 0,
      ...(this.#takenAt ? { publishingSince: this.#takenAt } : {}),
      ...(next === undefined ? {} : { next }),
      ...this.#rest(),
      ...(this.#stream ? { position: this.#stream.status() } : {}),
    };
  }

  /** Everything that must survive into the next run, as plain JSON. Only between `settle` and `take`. */
  snapshot(): PublishQueueState {
    if (this.#taken > 0) throw new TypeError('snapshot() while events are under way');
    return {
      ...this.#backlog.snapshot(),
      ...(this.#isLoading ? { isLoading: true } : {}),
      remembered: this.#memory.snapshot(),
      ...this.#rest(),
      ...(this.#stream ? { stream: this.#stream.snapshot() } : {}),
    };
  }

  /** Most aggregates have none, and need not be measured. */
  get #bytesOfTrouble(): number {
    const { failing } = this.#backOff;
    const isTroubled = failing || this.parked || this.halt.paused || this.halt.operations.length > 0;
    return isTroubled ? bytesOf({ ...this.halt.snapshot(), failing }) : 0;
  }

  get #pages(): number {
    return this.#backlog.pages + (this.#stream?.pages ?? 0);
  }

  get #state(): PublisherStatus['state'] {
    if (this.parked) return 'parked';
    if (this.halt.paused) return 'paused';
    return this.isEmpty ? 'idle' : 'publishing';
  }

  /** Nothing leaves for now. */
  get #isHeldUp(): boolean {
    return this.halt.isStopped || this.#backOff.isWaiting;
  }

  /**
   * What stays in memory; undefined: as the limits say. What an activity has taken always does. Of an aggregate that is held up,
   * in a partition, only the event at which it is.
   */
  get #kept(): PayloadLimits | undefined {
    const { memory, keep } = this.#limits;
    if (memory !== Number.POSITIVE_INFINITY)
      return this.#taken > keep.maxEntries ? { ...keep, maxEntries: this.#taken } : undefined;
    if (!this.#isHeldUp) return undefined;
    // An operator may stop it while events are under way.
    return { maxEntries: Math.max(1, this.#taken), maxChars: Number.POSITIVE_INFINITY };
  }

  #offer(entry: PublishEntry, now: number): Verdict {
    const inStream = this.#stream?.offer(entry, now) ?? 'late';
    // One that is late is ordered by its arrival, as is everything where there are no positions.
    const verdict = inStream === 'late' ? this.#offerByArrival(entry, now) : inStream;
    if (verdict === 'new') this.#tally.accepted += 1;
    else this.#tally.duplicates += 1;
    if (verdict === 'conflict') this.#tally.conflict(entry.message.meta.msgId, toIso(now));
    if (inStream === 'conflict') this.#parkAtConflict(entry, now);
    this.#append(now);
    return verdict;
  }

  #offerByArrival(entry: PublishEntry, now: number): Verdict {
    const verdict = this.#memory.offer(entry.message.meta.msgId, fingerprintOfEntry(entry), now);
    if (verdict !== 'new') return verdict;
    this.#backlog.add(entry);
    this.#stream?.countLate();
    return verdict;
  }

  /** Early events come back from a page, or from the way to it. They may have been repeated meanwhile. */
  #offerAgain(entries: readonly PublishEntry[], now: number): void {
    this.#tally.accepted -= entries.length;
    for (const entry of entries) this.#offer(entry, now);
  }

  /** Moves the events whose turn has come from the stream into the backlog. A gap that has changed is waited for anew. */
  #append(now: number): void {
    const released = this.#stream?.release(now) ?? [];
    for (const entry of released) this.#backlog.add(entry);
    if (this.parked?.code !== GAP) return;
    if (released.length > 0 || this.#stream?.firstEarly !== this.parked.msgId) this.#unpark(now);
  }

  #park({ message }: PublishEntry, { code, reason }: PublishFailure, now: number): void {
    this.#backOff.end();
    // It is refused once more when the conflict is over.
    if (this.parked?.code === POSITION_CONFLICT) return;
    this.halt.park({ msgId: message.meta.msgId, code, reason, since: toIso(now) });
  }

  /** Which of two events with one position is meant, nobody can say but an operator, who may have done so before. */
  #parkAtConflict({ message }: PublishEntry, now: number): void {
    const { msgId } = message.meta;
    if ((this.parked && this.parked.code !== GAP) || this.halt.wasDone('replace', msgId)) return;
    const reason = `Position ${message.position} came again with another content`;
    this.halt.park({ msgId, code: POSITION_CONFLICT, reason, since: toIso(now) });
  }

  /** A gap may be there still, or since. */
  #unpark(now: number): void {
    if (this.parked) this.#stream?.waitAgain(now);
    this.halt.unpark();
  }

  /** What status and snapshot have in common. */
  #rest(): Pick<PublishQueueState, keyof TallyState | keyof HaltState | 'failing'> {
    const { failing } = this.#backOff;
    return { ...this.#tally.snapshot(), ...this.halt.snapshot(), ...(failing ? { failing } : {}) };
  }
}

function range({ from, to }: Gap): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

function toIso(time: number): string {
  return new Date(time).toISOString();
}
