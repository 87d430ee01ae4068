import { countWithin, type PayloadLimits } from '../../../common/count-within.ts';
import { EARLY_MEMORY_CHARS, RECENT_POSITIONS } from '../../../common/defaults.ts';
import { bytesOfEntry } from '../../../common/entry-size.ts';
import type { PublishEntry } from '../../../common/protocol/entry.ts';
import type { EarlyPage } from '../../../common/protocol/pages.ts';
import type { PublisherSettings } from '../../../common/protocol/publish.ts';
import type { StreamState } from '../../../common/protocol/state.ts';
import type { PositionStatus } from '../../../common/protocol/status.ts';
import { sumOf } from '../size.ts';
import type { Spill } from './backlog.ts';
import { fingerprintOfEntry } from './fingerprint.ts';
import type { Verdict } from './msg-id-memory.ts';

export type StreamSettings = Pick<PublisherSettings, 'settleMs' | 'gapTimeoutMs'>;

/** Positions that are missing before the first early event. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** No watermark is known: which of them, if any, are missing is to be found out. */
  readonly isFirst?: true;
}

/** What the EventLog said of missing events. */
export interface GapAnswer {
  readonly entries: readonly PublishEntry[];
  /** What is wrong when events are missing still. */
  readonly why: string;
  /** When where to begin was asked, and is known: the last position that was passed before. */
  readonly watermark?: number;
}

/** Whether where to begin in a stream is asked; only when it comes to that. */
export type AsksFirst = () => boolean;

const BEGINS_AT_ONCE: AsksFirst = () => false;

/** The first of several early events. */
interface FirstEarly {
  readonly from: number;
  readonly msgId: string;
}

/**
 * Puts the events of one aggregate into the order of their positions. `offer` takes an arrival, `release` gives the events
 * whose turn has come. What it must remember of the past is one number, the watermark.
 */
export class StreamOrder {
  readonly #settings: StreamSettings;
  #watermark: number | undefined;
  #floor: number;
  #recent: (readonly [number, string])[];
  // By position.
  readonly #early: Map<number, PublishEntry>;
  #pages: (EarlyPage & FirstEarly)[];
  #spilling: (Spill & FirstEarly) | undefined;
  #earlyBytes = 0;
  #waitingSince: number | undefined;
  #isAsked: boolean;
  #late: number;

  constructor(settings: StreamSettings, state: StreamState = {}) {
    this.#settings = settings;
    this.#watermark = state.watermark;
    this.#floor = state.floor ?? 0;
    this.#recent = [...(state.recent ?? [])];
    this.#early = new Map(state.early?.map((entry) => [positionOf(entry), entry]));
    this.#pages = (state.earlyPages ?? []).map((page) => ({ msgId: '', ...page }));
    this.#earlyBytes = sumOf([...this.#early.values()], bytesOfEntry);
    this.#waitingSince = state.waitingSince;
    this.#isAsked = state.isAsked ?? false;
    this.#late = state.late ?? 0;
  }

  /** Events that wait for an earlier one, wherever they are held. */
  get early(): number {
    const spilling = this.#spilling?.entries.length ?? 0;
    return this.#early.size + spilling + sumOf(this.#pages, ({ count }) => count);
  }

  /** msgId of the first event that waits for an earlier one. */
  get firstEarly(): string | undefined {
    return this.#first()?.msgId;
  }

  /** What is in memory, in no order. */
  get inMemory(): readonly PublishEntry[] {
    return [...this.#early.values(), ...(this.#spilling?.entries ?? [])];
  }

  holdsPage(page: string): boolean {
    return this.#pages.some((one) => one.page === page);
  }

  /** How many pages hold early events. */
  get pages(): number {
    return this.#pages.length;
  }

  get earlyBytes(): number {
    return this.#earlyBytes;
  }

  /** Takes in an arrival: `new` when it waits for its turn, or `late` when its place may have been passed over unseen. */
  offer(entry: PublishEntry, now: number): Verdict | 'late' {
    const position = positionOf(entry);
    if (this.#watermark === undefined && position === 1) this.#watermark = 0;
    if (this.#watermark !== undefined && position <= this.#watermark) return this.#verdictOnPast(entry);
    const waiting = this.#early.get(position);
    if (waiting) return fingerprintOfEntry(waiting) === fingerprintOfEntry(entry) ? 'duplicate' : 'conflict';
    this.#early.set(position, entry);
    this.#earlyBytes += bytesOfEntry(entry);
    this.#waitingSince ??= now;
    return 'new';
  }

  /** A late one is published all the same. */
  countLate(): void {
    this.#late += 1;
  }

  /** The events that are next in the stream, as far as they are there. */
  release(now: number): readonly PublishEntry[] {
    const released: PublishEntry[] = [];
    while (this.#watermark !== undefined) {
      const next = this.#early.get(this.#watermark + 1);
      if (next === undefined) break;
      this.#take(next);
      released.push(next);
    }
    if (released.length > 0) this.waitAgain(now);
    return released;
  }

  /** When `due` has to be asked again: milliseconds since 1970; undefined while nothing waits for time. */
  get dueAt(): number | undefined {
    if (this.#waitingSince === undefined || this.#isAsked) return undefined;
    const isWaiting = this.#watermark === undefined ? this.early > 0 : this.gap !== undefined;
    if (!isWaiting) return undefined;
    const { settleMs, gapTimeoutMs } = this.#settings;
    return this.#waitingSince + (this.#watermark === undefined ? settleMs : gapTimeoutMs);
  }

  /**
   * Time has passed. The gap before the first early event is given back, for the EventLog to be asked. When no watermark is known that is
   * everything before it, to ask where to begin; or, for one who does not ask that, the lowest event that has come is the next: `release`.
   */
  due(now: number, asksFirst: AsksFirst = BEGINS_AT_ONCE): Gap | undefined {
    const first = this.#first();
    if (this.dueAt === undefined || now < this.dueAt || first === undefined) return undefined;
    if (this.#watermark !== undefined) {
      this.#isAsked = true;
      return this.gap;
    }
    if (!asksFirst()) {
      this.begin();
      return undefined;
    }
    this.#isAsked = true;
    return { from: 1, to: first.from - 1, isFirst: true };
  }

  /** Begins behind that place, or with the lowest event that has come. Does nothing when it has begun meanwhile. */
  begin(watermark = Number.POSITIVE_INFINITY): void {
    const first = this.#first();
    if (this.#watermark !== undefined || first === undefined) return;
    // A lower one may have come while that was found out.
    this.#watermark = Math.min(watermark, first.from - 1);
    this.#floor = this.#watermark;
    this.askAgain();
  }

  /** What is missing before the first early event; undefined when nothing waits for it. */
  get gap(): Gap | undefined {
    const first = this.#first();
    if (this.#watermark === undefined || first === undefined) return undefined;
    const to = first.from - 1;
    return to > this.#watermark ? { from: this.#watermark + 1, to } : undefined;
  }

  /** The EventLog is being asked, or was asked in vain: time alone does nothing more. Over when any event is released. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Waits for the missing events once more, and asks the EventLog once more. */
  waitAgain(now: number): void {
    this.#isAsked = false;
    this.#waitingSince = this.early > 0 ? now : undefined;
  }

  /** Asks the EventLog once more, at once. */
  askAgain(): void {
    this.#isAsked = false;
    this.#waitingSince = 0;
  }

  /** Gives the missing events up. */
  skipGap(): void {
    if (this.gap) this.#watermark = this.gap.to;
  }

  /** The content at the watermark's side has been corrected. */
  replaced(entry: PublishEntry): void {
    const position = positionOf(entry);
    this.#recent = this.#recent.map((pair) =>
      pair[0] === position ? [position, fingerprintOfEntry(entry)] : pair,
    );
  }

  /** More early events are in memory than may be. */
  get mustSpill(): boolean {
    return this.canSpill && this.#earlyBytes > EARLY_MEMORY_CHARS;
  }

  /** Early events could be moved to a page; the first alone only when time may not release it soon. */
  get canSpill(): boolean {
    const isSettling = this.#watermark === undefined;
    return this.#spilling === undefined && this.#early.size > (isSettling ? 1 : 0);
  }

  /** Moves the farthest early events into the page of that name. */
  beginSpill(page: string, limits: PayloadLimits): Spill {
    const farthestFirst = this.#sorted().reverse();
    const entries = farthestFirst.slice(0, countWithin(farthestFirst, limits)).reverse();
    for (const entry of entries) this.#early.delete(positionOf(entry));
    this.#earlyBytes -= sumOf(entries, bytesOfEntry);
    this.#spilling = { page, entries, ...firstOf(entries) };
    return { page, entries };
  }

  /** The page holds its events; or it could not be made, and they are given back to be offered again. */
  endSpill(isHeld: boolean): readonly PublishEntry[] {
    if (this.#spilling === undefined) return [];
    const { entries, ...page } = this.#spilling;
    this.#spilling = undefined;
    if (!isHeld) return entries;
    this.#pages.push({ ...page, count: entries.length });
    return [];
  }

  /** The page that holds an event whose turn has come, or may have. */
  get pageToLoad(): string | undefined {
    const next = this.#watermark === undefined ? 0 : this.#watermark + 1;
    return this.#pages.find(({ from }) => from <= next)?.page;
  }

  /** Takes a page's name back: its events have to be offered again. False when the page is not of this stream. */
  forgetPage(page: string): boolean {
    const { length } = this.#pages;
    this.#pages = this.#pages.filter((one) => one.page !== page);
    return this.#pages.length < length;
  }

  status(): PositionStatus {
    const missing = this.gap;
    return {
      ...(this.#watermark === undefined ? {} : { watermark: this.#watermark }),
      early: this.early,
      late: this.#late,
      ...(missing ? { missing } : {}),
    };
  }

  /** Everything that must survive into the next run, but the early events. */
  memory(): StreamState {
    return {
      ...(this.#watermark === undefined ? {} : { watermark: this.#watermark }),
      ...(this.#floor > 0 ? { floor: this.#floor } : {}),
      ...(this.#recent.length > 0 ? { recent: this.#recent } : {}),
      ...(this.#waitingSince === undefined ? {} : { waitingSince: this.#waitingSince }),
      ...(this.#isAsked ? { isAsked: true } : {}),
      ...(this.#late > 0 ? { late: this.#late } : {}),
    };
  }

  /** Everything that must survive into the next run. Only while nothing is being spilled. */
  snapshot(): StreamState {
    if (this.#spilling) throw new TypeError('snapshot() while a page is being made');
    return {
      ...this.memory(),
      ...(this.#early.size > 0 ? { early: this.#sorted() } : {}),
      ...(this.#pages.length > 0 ? { earlyPages: this.#pages } : {}),
    };
  }

  /**
   * A position that has been given out is a duplicate, or a conflict while its fingerprint is known. One that was passed
   * over when no watermark was known may never have been published: losing it would be worse than publishing it late.
   */
  #verdictOnPast(entry: PublishEntry): Verdict | 'late' {
    const position = positionOf(entry);
    if (position <= this.#floor) return 'late';
    const [, fingerprint] = this.#recent.find(([recent]) => recent === position) ?? [];
    return (fingerprint ?? fingerprintOfEntry(entry)) === fingerprintOfEntry(entry)
      ? 'duplicate'
      : 'conflict';
  }

  #take(entry: PublishEntry): void {
    const position = positionOf(entry);
    this.#early.delete(position);
    this.#earlyBytes -= bytesOfEntry(entry);
    this.#watermark = position;
    this.#recent.push([position, fingerprintOfEntry(entry)]);
    if (this.#recent.length > RECENT_POSITIONS) this.#recent.shift();
  }

  /** The first early event, wherever it is held. */
  #first(): FirstEarly | undefined {
    const candidates: FirstEarly[] = [...this.#pages, ...(this.#spilling ? [this.#spilling] : [])];
    if (this.#early.size > 0) candidates.push(firstOf([...this.#early.values()]));
    return candidates.length === 0 ? undefined : candidates.reduce((a, b) => (b.from < a.from ? b : a));
  }

  #sorted(): PublishEntry[] {
    return [...this.#early.values()].sort((a, b) => positionOf(a) - positionOf(b));
  }
}

function firstOf(entries: readonly PublishEntry[]): FirstEarly {
  const first = entries.reduce((a, b) => (positionOf(b) < positionOf(a) ? b : a));
  return { from: positionOf(first), msgId: first.message.meta.msgId };
}

/** The client refuses messages without one on topics that order by position. */
function positionOf({ message }: PublishEntry): number {
  return message.position ?? 0;
}
