import { countWithin } from '../common/count-within.ts';
import { EARLY_MEMORY_CHARS, PAGE_LIMITS, RECENT_POSITIONS } from '../common/defaults.ts';
import type {
  EarlyPage,
  PositionStatus,
  PublishEntry,
  PublisherSettings,
  StreamState,
} from '../common/publisher-protocol.ts';
import { charsOf, type Spill } from './backlog.ts';
import { fingerprintOfEntry } from './fingerprint.ts';
import type { Verdict } from './msg-id-memory.ts';

export type StreamSettings = Pick<PublisherSettings, 'settleMs' | 'gapTimeoutMs'>;

/** Positions that are missing before the first early event. */
export interface Gap {
  readonly from: number;
  readonly to: number;
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
  #pages: EarlyPage[];
  #spilling: (Spill & { readonly from: number }) | undefined;
  #earlyChars = 0;
  #waitingSince: number | undefined;
  #isAsked: boolean;
  #conflicting: PublishEntry | undefined;
  #late: number;

  constructor(settings: StreamSettings, state: StreamState = {}) {
    this.#settings = settings;
    this.#watermark = state.watermark;
    this.#floor = state.floor ?? 0;
    this.#recent = [...(state.recent ?? [])];
    this.#early = new Map(state.early?.map((entry) => [positionOf(entry), entry]));
    this.#pages = [...(state.earlyPages ?? [])];
    this.#earlyChars = charsOf([...this.#early.values()]);
    this.#waitingSince = state.waitingSince;
    this.#isAsked = state.isAsked ?? false;
    this.#conflicting = state.conflicting;
    this.#late = state.late ?? 0;
  }

  /** Nothing waits here. */
  get isEmpty(): boolean {
    return this.early === 0 && this.#conflicting === undefined;
  }

  /** Events that wait for an earlier one, wherever they are held. */
  get early(): number {
    const spilling = this.#spilling?.entries.length ?? 0;
    return this.#early.size + spilling + this.#pages.reduce((sum, { count }) => sum + count, 0);
  }

  /** msgId of the first event in memory that waits for an earlier one. */
  get firstEarly(): string | undefined {
    return this.#sorted()[0]?.message.meta.msgId;
  }

  /** What is in memory, in no order. */
  get inMemory(): readonly PublishEntry[] {
    return [...this.#early.values(), ...(this.#spilling?.entries ?? [])];
  }

  /** The event that has another one's place. */
  get conflicting(): PublishEntry | undefined {
    return this.#conflicting;
  }

  holdsPage(page: string): boolean {
    return this.#pages.some((one) => one.page === page);
  }

  get hasPages(): boolean {
    return this.#pages.length > 0;
  }

  get earlyChars(): number {
    return this.#earlyChars;
  }

  /** Takes in an arrival: `new` when it waits for its turn, or `late` when its place was passed over unseen. */
  offer(entry: PublishEntry, now: number): Verdict | 'late' {
    const position = positionOf(entry);
    if (this.#watermark === undefined && position === 1) this.#watermark = 0;
    if (this.#watermark !== undefined && position <= this.#watermark) return this.#verdictOnPast(entry);
    const waiting = this.#early.get(position);
    if (waiting) return fingerprintOfEntry(waiting) === fingerprintOfEntry(entry) ? 'duplicate' : 'conflict';
    this.#early.set(position, entry);
    this.#earlyChars += charsOf([entry]);
    this.#waitingSince ??= now;
    return 'new';
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
   * Time has passed. When no watermark was known, the lowest event that has come is taken for the next one: `release`.
   * When one was known, the gap before it is given back, for the EventLog to be asked.
   */
  due(now: number): Gap | undefined {
    if (this.dueAt === undefined || now < this.dueAt) return undefined;
    if (this.#watermark !== undefined) return this.gap;
    this.#watermark = this.#lowestEarly() - 1;
    this.#floor = this.#watermark;
    return undefined;
  }

  /** What is missing before the first early event; undefined when nothing waits for it. */
  get gap(): Gap | undefined {
    if (this.#watermark === undefined || this.early === 0) return undefined;
    const to = this.#lowestEarly() - 1;
    return to > this.#watermark ? { from: this.#watermark + 1, to } : undefined;
  }

  /** The EventLog has been asked, and no event has had its turn since. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** The EventLog is being asked, or was asked in vain: time alone does nothing more. */
  asked(): void {
    this.#isAsked = true;
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

  /** Keeps aside the event that has another one's place; only one. */
  hold(conflicting: PublishEntry): void {
    this.#conflicting = conflicting;
  }

  dropConflicting(): void {
    this.#conflicting = undefined;
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
    return this.canSpill && this.#earlyChars > EARLY_MEMORY_CHARS;
  }

  /** All early events but the first could be moved to a page. */
  get canSpill(): boolean {
    return this.#spilling === undefined && this.#early.size > 1;
  }

  /** Moves the farthest early events into the page of that name. */
  beginSpill(page: string): Spill {
    const sorted = this.#sorted();
    const kept = countWithin(sorted, { maxEntries: sorted.length - 1, maxChars: EARLY_MEMORY_CHARS / 2 });
    const farthest = sorted.slice(kept);
    const entries = farthest.slice(0, countWithin(farthest, PAGE_LIMITS));
    for (const entry of entries) this.#early.delete(positionOf(entry));
    this.#earlyChars -= charsOf(entries);
    this.#spilling = { page, entries, from: Math.min(...entries.map(positionOf)) };
    return this.#spilling;
  }

  endSpill(isHeld: boolean, now: number): void {
    if (this.#spilling === undefined) return;
    const { page, entries, from } = this.#spilling;
    this.#spilling = undefined;
    if (isHeld) this.#pages.push({ page, count: entries.length, from });
    else for (const entry of entries) this.offer(entry, now);
  }

  /** The page that holds an event whose turn has come, or may have. */
  get pageToLoad(): string | undefined {
    const next = (this.#watermark ?? Number.POSITIVE_INFINITY) + 1;
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

  /** Everything that must survive into the next run. Only while nothing is being spilled. */
  snapshot(): StreamState {
    if (this.#spilling) throw new TypeError('snapshot() while a page is being made');
    return {
      ...(this.#watermark === undefined ? {} : { watermark: this.#watermark }),
      ...(this.#floor > 0 ? { floor: this.#floor } : {}),
      ...(this.#recent.length > 0 ? { recent: this.#recent } : {}),
      ...(this.#early.size > 0 ? { early: this.#sorted() } : {}),
      ...(this.#pages.length > 0 ? { earlyPages: this.#pages } : {}),
      ...(this.#waitingSince === undefined ? {} : { waitingSince: this.#waitingSince }),
      ...(this.#isAsked ? { isAsked: true } : {}),
      ...(this.#conflicting ? { conflicting: this.#conflicting } : {}),
      ...(this.#late > 0 ? { late: this.#late } : {}),
    };
  }

  /**
   * A position that has been given out is a duplicate, or a conflict while its fingerprint is known. One that was passed
   * over when no watermark was known may never have been published: it is late, and losing it would be worse.
   */
  #verdictOnPast(entry: PublishEntry): Verdict | 'late' {
    const position = positionOf(entry);
    const [, fingerprint] = this.#recent.find(([recent]) => recent === position) ?? [];
    if (fingerprint !== undefined)
      return fingerprint === fingerprintOfEntry(entry) ? 'duplicate' : 'conflict';
    if (position > this.#floor) return 'duplicate';
    this.#late += 1;
    this.#remember(entry);
    return 'late';
  }

  #take(entry: PublishEntry): void {
    const position = positionOf(entry);
    this.#early.delete(position);
    this.#earlyChars -= charsOf([entry]);
    this.#watermark = position;
    this.#remember(entry);
  }

  #remember(entry: PublishEntry): void {
    this.#recent.push([positionOf(entry), fingerprintOfEntry(entry)]);
    if (this.#recent.length > RECENT_POSITIONS) this.#recent.shift();
  }

  #lowestEarly(): number {
    const inPages = [...this.#pages, ...(this.#spilling ? [this.#spilling] : [])].map(({ from }) => from);
    return Math.min(...this.#early.keys(), ...inPages);
  }

  #sorted(): PublishEntry[] {
    return [...this.#early.values()].sort((a, b) => positionOf(a) - positionOf(b));
  }
}

/** The client refuses messages without one on topics that order by position. */
function positionOf({ message }: PublishEntry): number {
  return message.position ?? 0;
}
