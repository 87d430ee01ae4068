import { countWithin } from '../common/count-within.ts';
import { ACTIVITY_LIMITS, MAX_REMEMBERED_BYTES, MAX_REMEMBERED_MSG_IDS } from '../common/defaults.ts';
import type {
  AggregateOutcome,
  Conflict,
  LoadedPage,
  ParkedEvent,
  PublishEntry,
  PublisherSettings,
  PublisherStatus,
  PublishQueueState,
  PublishReceipt,
} from '../common/publisher-protocol.ts';
import { Backlog, type Spill } from './backlog.ts';
import { canonicalJson, fingerprintOf } from './fingerprint.ts';

/** What the queue knows by itself; the workflow adds topic and aggregate. */
export type QueueStatus = Omit<PublisherStatus, 'topic' | 'id'>;

export type RememberSettings = Pick<PublisherSettings, 'rememberMsgIds' | 'rememberMs'>;

/**
 * The events of one aggregate between acceptance and publication. Plain state without Temporal: time is an argument, and
 * `snapshot()` is all that the next run needs.
 *
 * Only one taken batch may be open: `take`, then `settle`, then `take` again. That is what keeps one request in flight.
 */
export class PublishQueue {
  readonly #settings: RememberSettings;
  readonly #backlog: Backlog;
  // Insertion order is the order of acceptance: the oldest msgId comes first.
  readonly #remembered: Map<string, Remembered>;
  #rememberedBytes = 0;
  #taken = 0;
  #isLoading: boolean;
  #accepted: number;
  #published: number;
  #duplicates: number;
  #conflicts: number;
  #lastConflict: Conflict | undefined;
  #takenAt: string | undefined;
  #lastReceipt: PublishReceipt | undefined;
  #parked: ParkedEvent | undefined;

  constructor(settings: RememberSettings, state?: PublishQueueState) {
    this.#settings = settings;
    this.#backlog = new Backlog(state ?? { pending: [] });
    this.#isLoading = state?.isLoading ?? false;
    this.#remembered = new Map(
      state?.remembered.map(([msgId, acceptedAt, fingerprint]) => [msgId, { acceptedAt, fingerprint }]),
    );
    for (const msgId of this.#remembered.keys()) this.#rememberedBytes += bytesRemembered(msgId);
    this.#accepted = state?.accepted ?? 0;
    this.#published = state?.published ?? 0;
    this.#duplicates = state?.duplicates ?? 0;
    this.#conflicts = state?.conflicts ?? 0;
    this.#lastConflict = state?.lastConflict;
    this.#lastReceipt = state?.lastReceipt;
    this.#parked = state?.parked;
  }

  /** Nothing accepted is waiting or under way. */
  get isEmpty(): boolean {
    return this.#backlog.length === 0;
  }

  /** There is something that may be published now. */
  get isReady(): boolean {
    return this.#backlog.head.length > 0 && this.#taken === 0 && this.#parked === undefined;
  }

  get parked(): ParkedEvent | undefined {
    return this.#parked;
  }

  /** Appends entries in order; a msgId that is still remembered is dropped, and reported when its content differs. */
  accept(entries: readonly PublishEntry[], now: number): void {
    for (const entry of entries) {
      const { msgId } = entry.message.meta;
      const known = this.#remembered.get(msgId);
      const fingerprint = fingerprintOf(canonicalJson(entry.message));
      if (known) {
        this.#duplicates += 1;
        if ((known.fingerprint ?? fingerprint) !== fingerprint) this.#conflict(msgId, now);
      } else {
        this.#remembered.set(msgId, { acceptedAt: now, fingerprint });
        this.#rememberedBytes += bytesRemembered(msgId);
        this.#backlog.add(entry);
        this.#accepted += 1;
      }
    }
    this.#forget(now);
  }

  /** The next events to publish, in order; at least one. */
  take(now: number): readonly PublishEntry[] {
    if (!this.isReady) throw new TypeError('take() without a ready event');
    this.#taken = countWithin(this.#backlog.head, ACTIVITY_LIMITS);
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
    this.#published += receipts.length;
    this.#lastReceipt = receipts.at(-1) ?? this.#lastReceipt;
    if (failure?.kind === 'event' && refused !== undefined) {
      const { code, reason } = failure;
      this.#parked = { msgId: refused.message.meta.msgId, code, reason, since: toIso(now) };
    }
  }

  /** Tries the parked event again. Does nothing when none is parked. */
  retry(): void {
    this.#parked = undefined;
  }

  /** More is in memory than the next run's input may hold: `beginSpill` until it is not. */
  get mustSpill(): boolean {
    return this.#backlog.mustSpill;
  }

  /** Moves a part of the backlog out of memory, into the page of that name. */
  beginSpill(page: string): Spill {
    return this.#backlog.beginSpill(page);
  }

  /** The page holds its events, or it could not be made and they stay in memory. */
  endSpill(isHeld: boolean): void {
    this.#backlog.endSpill(isHeld);
  }

  /** The page to fetch before anything else can be published; undefined when there is none or it is under way. */
  get pageToLoad(): string | undefined {
    return this.#isLoading || this.#parked ? undefined : this.#backlog.pageToLoad;
  }

  /** The page has been asked for its events, or could not be. */
  askedForPage(isAsked: boolean): void {
    this.#isLoading = isAsked;
  }

  /** A page has given its events back. */
  load({ page, entries }: LoadedPage): void {
    this.#isLoading = false;
    this.#backlog.load(page, entries);
  }

  status(): QueueStatus {
    const next = this.#backlog.head[0]?.message.meta.msgId;
    return {
      state: this.#parked ? 'parked' : this.isEmpty ? 'idle' : 'publishing',
      pending: this.#backlog.length,
      accepted: this.#accepted,
      published: this.#published,
      duplicates: this.#duplicates,
      conflicts: this.#conflicts,
      ...(this.#takenAt ? { publishingSince: this.#takenAt } : {}),
      ...(next === undefined ? {} : { next }),
      ...this.#optional(),
    };
  }

  /** Everything that must survive into the next run, as plain JSON. Only between `settle` and `take`. */
  snapshot(): PublishQueueState {
    if (this.#taken > 0) throw new TypeError('snapshot() while events are under way');
    return {
      ...this.#backlog.snapshot(),
      ...(this.#isLoading ? { isLoading: true } : {}),
      remembered: [...this.#remembered].map(([msgId, { acceptedAt, fingerprint }]) =>
        fingerprint === undefined ? [msgId, acceptedAt] : [msgId, acceptedAt, fingerprint],
      ),
      ...(this.#conflicts > 0 ? { conflicts: this.#conflicts } : {}),
      accepted: this.#accepted,
      published: this.#published,
      duplicates: this.#duplicates,
      ...this.#optional(),
    };
  }

  #conflict(msgId: string, now: number): void {
    this.#conflicts += 1;
    this.#lastConflict = { msgId, at: toIso(now) };
  }

  #optional(): Pick<PublishQueueState, 'lastConflict' | 'lastReceipt' | 'parked'> {
    return {
      ...(this.#lastConflict ? { lastConflict: this.#lastConflict } : {}),
      ...(this.#lastReceipt ? { lastReceipt: this.#lastReceipt } : {}),
      ...(this.#parked ? { parked: this.#parked } : {}),
    };
  }

  /**
   * Forgets msgIds that are both old and many. One that still waits is kept: forgetting it would let a repeated publish
   * queue it twice. But there is an upper limit to all of them, for they must fit into the next run's input.
   */
  #forget(now: number): void {
    const { rememberMsgIds, rememberMs } = this.#settings;
    for (const [msgId, { acceptedAt }] of this.#remembered) {
      const forgettable = this.#remembered.size - this.#backlog.length;
      const tooMany =
        this.#remembered.size > MAX_REMEMBERED_MSG_IDS || this.#rememberedBytes > MAX_REMEMBERED_BYTES;
      const old = forgettable > rememberMsgIds && now - acceptedAt > rememberMs;
      if (!tooMany && !old) return;
      this.#remembered.delete(msgId);
      this.#rememberedBytes -= bytesRemembered(msgId);
    }
  }
}

interface Remembered {
  readonly acceptedAt: number;
  readonly fingerprint: string | undefined;
}

// Time, fingerprint and punctuation of the JSON; a character outside ASCII takes up to three bytes.
function bytesRemembered(msgId: string): number {
  return 40 + msgId.length * (/^[\x20-\x7e]*$/.test(msgId) ? 1 : 3);
}

function toIso(time: number): string {
  return new Date(time).toISOString();
}
