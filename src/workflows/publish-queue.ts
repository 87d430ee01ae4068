import { countWithin, type PayloadLimits } from '../common/count-within.ts';
import {
  ACTIVITY_LIMITS,
  REMEMBERED_OPERATIONS,
  RETRY_FIRST_DELAY_MS,
  RETRY_MAX_DELAY_MS,
} from '../common/defaults.ts';
import type {
  AggregateOutcome,
  Conflict,
  Failing,
  LoadedPage,
  Operation,
  ParkedEvent,
  Paused,
  PublishEntry,
  PublisherStatus,
  PublishFailure,
  PublishQueueState,
  PublishReceipt,
} from '../common/publisher-protocol.ts';
import { BACKLOG_LIMITS, Backlog, type BacklogLimits, type Spill } from './backlog.ts';
import { fingerprintOfEntry } from './fingerprint.ts';
import { MsgIdMemory, type RememberSettings } from './msg-id-memory.ts';
import { type Gap, StreamOrder, type StreamSettings } from './stream-order.ts';

/** What the queue knows by itself; the workflow adds topic and aggregate. */
export type QueueStatus = Omit<PublisherStatus, 'topic' | 'id'>;

/** Settings of one aggregate's queue; with those of a stream, its events are ordered by position. */
export interface QueueSettings extends RememberSettings {
  readonly stream?: StreamSettings;
  /** Default: those of a publisher that serves one aggregate. */
  readonly limits?: BacklogLimits;
}

/** Codes of parked events that no answer of SNS gave. */
export const GAP = 'Gap';
export const POSITION_CONFLICT = 'PositionConflict';

/**
 * The events of one aggregate between acceptance and publication. Plain state without Temporal: time is an argument, and
 * `snapshot()` is all that the next run needs.
 *
 * Only one taken batch may be open: `take`, then `settle`, then `take` again. That is what keeps one request in flight.
 */
export class PublishQueue {
  readonly #limits: BacklogLimits;
  readonly #memory: MsgIdMemory;
  readonly #stream: StreamOrder | undefined;
  readonly #backlog: Backlog;
  #taken = 0;
  #isLoading: boolean;
  #isSpillingStream = false;
  #isBackingOff: boolean;
  #accepted: number;
  #published: number;
  #duplicates: number;
  #conflicts: number;
  #deadLetters: number;
  #lastConflict: Conflict | undefined;
  #takenAt: string | undefined;
  #lastReceipt: PublishReceipt | undefined;
  #parked: ParkedEvent | undefined;
  #paused: Paused | undefined;
  #failing: Failing | undefined;
  #operations: readonly Operation[];

  constructor(settings: QueueSettings, state?: PublishQueueState) {
    this.#limits = settings.limits ?? BACKLOG_LIMITS;
    this.#memory = new MsgIdMemory(settings, state?.remembered);
    this.#stream = settings.stream && new StreamOrder(settings.stream, state?.stream);
    this.#backlog = new Backlog(state ?? { pending: [] }, this.#limits);
    this.#isLoading = state?.isLoading ?? false;
    this.#accepted = state?.accepted ?? 0;
    this.#published = state?.published ?? 0;
    this.#duplicates = state?.duplicates ?? 0;
    this.#conflicts = state?.conflicts ?? 0;
    this.#deadLetters = state?.deadLetters ?? 0;
    this.#lastConflict = state?.lastConflict;
    this.#lastReceipt = state?.lastReceipt;
    this.#parked = state?.parked;
    this.#paused = state?.paused;
    this.#failing = state?.failing;
    this.#isBackingOff = state?.failing !== undefined;
    this.#operations = state?.operations ?? [];
  }

  /** Nothing accepted is waiting or under way. */
  get isEmpty(): boolean {
    return this.#backlog.length === 0 && (this.#stream?.isEmpty ?? true);
  }

  /** Nothing waits, and nobody has stopped it: what is left is memory. */
  get isIdle(): boolean {
    return this.isEmpty && !this.#parked && !this.#paused && !this.#failing;
  }

  /** There is something that may be published now. */
  get isReady(): boolean {
    return this.#backlog.head.length > 0 && this.#taken === 0 && !this.#isStopped && !this.#isBackingOff;
  }

  get parked(): ParkedEvent | undefined {
    return this.#parked;
  }

  get paused(): Paused | undefined {
    return this.#paused;
  }

  /** What operators did lately, newest last. */
  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** Accepted and not yet published. */
  get pending(): number {
    return this.#backlog.length + (this.#stream?.early ?? 0);
  }

  /** Characters of JSON of the events in memory. */
  get memoryChars(): number {
    return this.#backlog.memoryChars + (this.#stream?.earlyChars ?? 0);
  }

  /** What the rest of it takes in the next run's input, about: ids, totals, msgIds, watermark. */
  get stateBytes(): number {
    return 300 + this.#memory.bytes + (this.#parked ? 300 : 0) + this.#operations.length * 150;
  }

  /** Takes entries in, in order. A repeated one is dropped, and reported when its content differs. */
  accept(entries: readonly PublishEntry[], now: number): void {
    for (const entry of entries) {
      if (this.#stream) this.#offerToStream(entry, now);
      else this.#offer(entry, now);
    }
    this.#memory.forget(now, this.#backlog.length);
  }

  /** Forgets every msgId that need not be known: of what waits, some may be too. */
  forgetMsgIds(): void {
    this.#memory.keepNewest(this.#backlog.length);
  }

  get conflicts(): number {
    return this.#conflicts;
  }

  get lastConflict(): Conflict | undefined {
    return this.#lastConflict;
  }

  /** The next events to publish, in order; at least one. */
  take(now: number, limits: PayloadLimits = ACTIVITY_LIMITS): readonly PublishEntry[] {
    if (!this.isReady) throw new TypeError('take() without a ready event');
    this.#taken = countWithin(this.#backlog.head, limits);
    this.#takenAt = toIso(now);
    return this.#backlog.head.slice(0, this.#taken);
  }

  /** Removes what was published of the taken events, and parks at an event that retrying cannot cure. */
  settle(outcome: AggregateOutcome, now: number): void {
    const { receipts, failure } = outcome;
    if (this.#taken === 0) throw new TypeError('settle() without take()');
    if (receipts.length > this.#taken) throw new TypeError('settle() with more receipts than taken events');
    const refused = receipts.length < this.#taken ? this.#backlog.head[receipts.length] : undefined;
    this.#taken = 0;
    this.#takenAt = undefined;
    this.#backlog.removeFirst(receipts.length);
    const deadLetters = receipts.filter(({ deadLetter }) => deadLetter).length;
    this.#deadLetters += deadLetters;
    this.#published += receipts.length - deadLetters;
    this.#lastReceipt = receipts.at(-1) ?? this.#lastReceipt;
    if (receipts.length > 0) this.#failing = undefined;
    if (failure?.kind === 'event' && refused !== undefined) this.#park(refused, failure, now);
  }

  /** Waits for longer and longer while SNS does not take the next event; `due` ends the wait. */
  backOff({ kind, code, reason }: PublishFailure, now: number): void {
    if (kind === 'event') return;
    const { since = toIso(now), attempts = 0 } = this.#failing ?? {};
    const delay = Math.min(RETRY_FIRST_DELAY_MS * 2 ** attempts, RETRY_MAX_DELAY_MS);
    this.#failing = { kind, code, reason, since, attempts: attempts + 1, retryAt: now + delay };
    this.#isBackingOff = true;
  }

  /** When `due` is to be called: milliseconds since 1970; undefined while nothing waits for time. */
  get dueAt(): number | undefined {
    const times = [
      this.#isBackingOff ? this.#failing?.retryAt : undefined,
      this.#parked ? undefined : this.#stream?.dueAt,
    ].filter((time) => time !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Time has passed. Gives back the positions that the EventLog is to be asked for. */
  due(now: number): Gap | undefined {
    if (this.#failing && now >= this.#failing.retryAt) this.#isBackingOff = false;
    if (this.#parked || !this.#stream) return undefined;
    const gap = this.#stream.due(now);
    if (gap) this.#stream.asked();
    else this.#append(now);
    return gap;
  }

  /** The EventLog has been asked, and what it had has been accepted. What is missing still, parks. */
  gapAsked(why: string, now: number): void {
    const gap = this.#stream?.gap;
    if (!gap) return;
    // Some of them have come: the next ones are asked for at once.
    if (!this.#stream?.isAsked) this.#stream?.askAgain();
    else if (this.#parked) this.#stream?.waitAgain(now);
    else {
      const reason = `Position ${range(gap)} of the stream is missing: ${why}`;
      this.#parked = { msgId: this.#stream?.firstEarly ?? '', code: GAP, reason, since: toIso(now) };
    }
  }

  /** The EventLog could not be asked. */
  askLater(now: number): void {
    this.#stream?.waitAgain(now);
  }

  /** Tries again what the aggregate is parked at. Does nothing when it is not parked. */
  retry(now: number): void {
    if (this.#parked?.code === GAP) this.#stream?.askAgain();
    this.#unpark(now);
  }

  /** Drops what the aggregate is parked at: the refused event, the missing ones, or the one that came too much. */
  skip(now: number): void {
    if (this.#parked === undefined) return;
    if (this.#parked.code === GAP) this.#stream?.skipGap();
    else if (this.#parked.code === POSITION_CONFLICT) this.#stream?.dropConflicting();
    else this.#backlog.removeFirst(1);
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

  pause(paused: Paused): void {
    this.#paused = paused;
  }

  resume(): void {
    this.#paused = undefined;
  }

  /** Keeps what an operator did. */
  record(operation: Operation): void {
    this.#operations = [...this.#operations, operation].slice(-REMEMBERED_OPERATIONS);
  }

  /** The event at the head, which is the parked one when SNS refused it. */
  get first(): PublishEntry | undefined {
    return this.#backlog.head[0];
  }

  /** More is in memory than the next run's input may hold: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    return this.#backlog.mustSpill || (this.#stream?.mustSpill ?? false);
  }

  /** Characters in memory of events that leave soon: not of those behind a parked or a missing one. */
  get activeChars(): number {
    return this.#isStopped ? 0 : this.#backlog.memoryChars;
  }

  /** Characters in memory of which a part could be moved to a page; 0 when nothing can. */
  get spillableChars(): number {
    const early = this.#stream?.canSpill ? this.#stream.earlyChars : 0;
    return Math.max(early, this.#backlog.canSpill(this.#kept) ? this.#backlog.memoryChars : 0);
  }

  /** Moves a part of what waits out of memory, into the page of that name. */
  beginSpill(page: string): Spill {
    const stream = this.#stream;
    this.#isSpillingStream =
      stream !== undefined && (stream.mustSpill || (stream.canSpill && !this.#backlog.canSpill(this.#kept)));
    return this.#isSpillingStream && stream
      ? stream.beginSpill(page)
      : this.#backlog.beginSpill(page, this.#kept);
  }

  /** The page holds its events, or it could not be made and they stay in memory. */
  endSpill(isHeld: boolean, now: number): void {
    if (this.#isSpillingStream) this.#stream?.endSpill(isHeld, now);
    else this.#backlog.endSpill(isHeld);
    this.#append(now);
  }

  /** The page to fetch before anything else can go on; undefined when there is none or it is under way. */
  get pageToLoad(): string | undefined {
    if (this.#isLoading) return undefined;
    return this.#stream?.pageToLoad ?? (this.#isStopped ? undefined : this.#backlog.pageToLoad);
  }

  /** The page has been asked for its events, or could not be. */
  askedForPage(isAsked: boolean): void {
    this.#isLoading = isAsked;
  }

  /** A page has given its events back. False: it is not one of this queue's, or not any more. */
  load({ page, entries }: LoadedPage, now: number): boolean {
    if (this.#stream?.forgetPage(page)) {
      for (const entry of entries) this.#offerToStream(entry, now, 0);
    } else if (!this.#backlog.load(page, entries)) {
      return false;
    }
    this.#isLoading = false;
    return true;
  }

  /** Whether the page is one of those that may be asked for, or were. */
  holdsPage(page: string): boolean {
    return this.#backlog.isFirstPage(page) || (this.#stream?.holdsPage(page) ?? false);
  }

  /** Whether some of what waits is in pages, where nobody can look. */
  get hasPages(): boolean {
    return this.#isLoading || this.#backlog.hasPages || (this.#stream?.hasPages ?? false);
  }

  /** msgIds of what waits in memory. */
  waitingMsgIds(): ReadonlySet<string> {
    const entries = [...this.#backlog.inMemory, ...(this.#stream?.inMemory ?? [])];
    return new Set(entries.map(({ message }) => message.meta.msgId));
  }

  status(): QueueStatus {
    const next = this.first?.message.meta.msgId;
    return {
      state: this.#parked ? 'parked' : this.#paused ? 'paused' : this.isEmpty ? 'idle' : 'publishing',
      pending: this.pending,
      accepted: this.#accepted,
      published: this.#published,
      duplicates: this.#duplicates,
      conflicts: this.#conflicts,
      ...(this.#takenAt ? { publishingSince: this.#takenAt } : {}),
      ...(next === undefined ? {} : { next }),
      ...this.#optional(),
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
      ...(this.#conflicts > 0 ? { conflicts: this.#conflicts } : {}),
      accepted: this.#accepted,
      published: this.#published,
      duplicates: this.#duplicates,
      ...this.#optional(),
      ...(this.#stream ? { stream: this.#stream.snapshot() } : {}),
    };
  }

  /** Nothing leaves until somebody cures it. Behind a gap nothing is in the backlog: what is before it goes on. */
  get #isStopped(): boolean {
    return this.#paused !== undefined || (this.#parked !== undefined && this.#parked.code !== GAP);
  }

  /** What stays in memory: of an aggregate that is stopped, in a partition, only the event at which it stopped. */
  get #kept(): PayloadLimits | undefined {
    return this.#isStopped && this.#limits !== BACKLOG_LIMITS ? { maxEntries: 1, maxChars: 0 } : undefined;
  }

  #offer(entry: PublishEntry, now: number): void {
    const { msgId } = entry.message.meta;
    const verdict = this.#memory.offer(msgId, fingerprintOfEntry(entry), now);
    if (verdict === 'conflict') this.#conflict(msgId, now);
    if (verdict !== 'new') {
      this.#duplicates += 1;
      return;
    }
    this.#backlog.add(entry);
    this.#accepted += 1;
  }

  #offerToStream(entry: PublishEntry, now: number, accepted = 1): void {
    const verdict = this.#stream?.offer(entry, now);
    if (verdict === 'duplicate' || verdict === 'conflict') {
      this.#duplicates += accepted;
      if (verdict === 'conflict') this.#positionConflict(entry, now);
      return;
    }
    this.#accepted += accepted;
    if (verdict === 'late') this.#backlog.add(entry);
    this.#append(now);
  }

  /** Moves the events whose turn has come from the stream into the backlog. */
  #append(now: number): void {
    const released = this.#stream?.release(now) ?? [];
    for (const entry of released) this.#backlog.add(entry);
    if (released.length > 0 && this.#parked?.code === GAP) this.#parked = undefined;
  }

  /** Another event may have taken the place of one meanwhile: the aggregate stays parked, at that. */
  #unpark(now: number): void {
    this.#parked = undefined;
    const conflicting = this.#stream?.conflicting;
    if (conflicting) this.#parkAtConflict(conflicting, now);
  }

  #park({ message }: PublishEntry, { code, reason }: PublishFailure, now: number): void {
    this.#parked = { msgId: message.meta.msgId, code, reason, since: toIso(now) };
    this.#failing = undefined;
  }

  #conflict(msgId: string, now: number): void {
    this.#conflicts += 1;
    this.#lastConflict = { msgId, at: toIso(now) };
  }

  #positionConflict(entry: PublishEntry, now: number): void {
    this.#conflict(entry.message.meta.msgId, now);
    if (this.#parked && this.#parked.code !== GAP) return;
    this.#stream?.hold(entry);
    this.#parkAtConflict(entry, now);
  }

  #parkAtConflict({ message }: PublishEntry, now: number): void {
    const reason = `Position ${message.position} came again with another content`;
    this.#parked = { msgId: message.meta.msgId, code: POSITION_CONFLICT, reason, since: toIso(now) };
  }

  #optional(): Pick<
    PublishQueueState,
    'lastConflict' | 'lastReceipt' | 'parked' | 'paused' | 'failing' | 'deadLetters' | 'operations'
  > {
    return {
      ...(this.#lastConflict ? { lastConflict: this.#lastConflict } : {}),
      ...(this.#lastReceipt ? { lastReceipt: this.#lastReceipt } : {}),
      ...(this.#parked ? { parked: this.#parked } : {}),
      ...(this.#paused ? { paused: this.#paused } : {}),
      ...(this.#failing ? { failing: this.#failing } : {}),
      ...(this.#deadLetters > 0 ? { deadLetters: this.#deadLetters } : {}),
      ...(this.#operations.length > 0 ? { operations: this.#operations } : {}),
    };
  }
}

function range({ from, to }: Gap): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

function toIso(time: number): string {
  return new Date(time).toISOString();
}
