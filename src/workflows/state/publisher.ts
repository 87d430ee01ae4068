import {
  GAP_TIMEOUT_MS,
  LINGER_MS,
  MAX_SIGNALS_PER_RUN,
  PARTITION_LIMITS,
  REMEMBER_MS,
  REMEMBER_MSG_IDS,
  SETTLE_MS,
} from '../../common/defaults.ts';
import type {
  AggregateEntries,
  AggregateOutcome,
  PublishEventsInput,
} from '../../common/protocol/activities.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { OperationName, OperationRequest } from '../../common/protocol/operate.ts';
import type { ParkedEvent, ParkedMarker } from '../../common/protocol/parked.ts';
import type { PublisherInput, PublisherSettings } from '../../common/protocol/publish.ts';
import type { AwaitedMessage, AwaitRequest, Settled } from '../../common/protocol/receipts.ts';
import type { PublisherStatus } from '../../common/protocol/status.ts';
import type { PagesNewest, Spill } from './aggregate/backlog.ts';
import type { AsksFirst, GapAnswer } from './aggregate/stream-order.ts';
import { describePartition, describeStatus } from './describe-status.ts';
import { faultOfOperation, readLoadedPage, readPublishRequest } from './inbound.ts';
import { type AggregateConflict, type AggregateGap, Partition } from './partition/partition.ts';
import { ReceiptWaits } from './receipts/receipt-waits.ts';
import { SetAside } from './set-aside.ts';

/** What a publisher does next. */
export type Step =
  /** Moves a part of the backlog into a page: `beginSpill`, `endSpill`. */
  | { readonly do: 'spill' }
  /** Publishes the next events: `take`, `settle`. */
  | { readonly do: 'publish' }
  /** Gets a page's events back: `askedForPage`, `load`. */
  | { readonly do: 'askForPage'; readonly page: string };

/** What came of a signal: repeats with another content, and what could not be taken. */
export interface Arrival {
  readonly conflicts: readonly AggregateConflict[];
  /** Why entries, or the whole signal, were set aside. */
  readonly faults: readonly string[];
}

/** Somebody's wait for receipts. */
export interface Waiting {
  /** Some of the messages are settled, or nobody listens to the answer any more. */
  readonly isOver: boolean;
  /** Waits no longer, and says what is settled. */
  end(): readonly Settled[];
}

const DEFAULT_SETTINGS: PublisherSettings = {
  lingerMs: LINGER_MS,
  rememberMsgIds: REMEMBER_MSG_IDS,
  rememberMs: REMEMBER_MS,
  maxSignalsPerRun: MAX_SIGNALS_PER_RUN,
  settleMs: SETTLE_MS,
  gapTimeoutMs: GAP_TIMEOUT_MS,
};

/**
 * A publisher, but for Temporal: what it holds, and what it does next. The workflow and the topic in memory do what it says, each by its
 * own means, so that neither decides anything.
 */
export class Publisher {
  readonly settings: PublisherSettings;
  readonly #input: PublisherInput;
  readonly #partition: Partition;
  readonly #waits = new ReceiptWaits();
  readonly #setAside: SetAside;
  #attempts = 0;
  #reads = 0;
  #usedAt: number;
  // Counts what may settle a message that somebody waits for.
  #turns = 0;

  constructor(input: PublisherInput, now: number) {
    this.#input = input;
    this.settings = { ...DEFAULT_SETTINGS, ...input.settings };
    this.#partition = new Partition(input, this.settings);
    this.#setAside = new SetAside(input.setAside);
    this.#usedAt = now;
  }

  /** When it may close, if it is idle until then: milliseconds since 1970. */
  get closesAt(): number {
    return this.#usedAt + this.settings.lingerMs;
  }

  /** Nothing accepted is waiting or under way. */
  get mayClose(): boolean {
    return this.isQuiet && this.#partition.mayClose;
  }

  /** Nothing is under way: no event is being published, and no EventLog asked. */
  get isQuiet(): boolean {
    return this.#attempts === 0 && this.#reads === 0;
  }

  get parked(): ReadonlyMap<string, ParkedEvent> {
    return this.#partition.parked;
  }

  /** Repeats that were dropped, in this run. */
  get duplicates(): number {
    return this.#partition.duplicates;
  }

  /** What is to be done now; undefined: it waits for a signal, for time, or for what is under way. */
  next(): Step | undefined {
    const { mustSpill, isReady, pageToLoad } = this.#partition;
    if (mustSpill) return { do: 'spill' };
    const most = this.#isPartition ? PARTITION_LIMITS.activities : 1;
    if (isReady && this.#attempts < most) return { do: 'publish' };
    return pageToLoad === undefined ? undefined : { do: 'askForPage', page: pageToLoad };
  }

  /** A publish signal. Whoever sends one by hand may send anything: what is no entry is set aside. */
  accept(signal: unknown, now: number): Arrival {
    const { entries, awaited, faults } = readPublishRequest(signal, this.#input);
    this.#setAside.add(faults, now);
    const conflicts = this.#partition.accept(entries, now);
    if (awaited) this.#waits.join(awaited.waiter, refsOf(entries, awaited.msgIds));
    this.#use(now);
    return { conflicts, faults };
  }

  /** Takes the next events, of aggregates in turn. `settle` ends it. */
  take(now: number): PublishEventsInput {
    this.#attempts += 1;
    const aggregates = this.#partition.take(now);
    const taken = aggregates.reduce((sum, { entries }) => sum + entries.length, 0);
    const waiting = this.#partition.totals().pending - taken;
    return {
      topic: this.#input.topic,
      aggregates,
      ...(this.#isPartition ? { returnFailures: true } : {}),
      ...(waiting > 0 ? { waiting } : {}),
    };
  }

  /** What became of taken events: one outcome per aggregate, in the same order. */
  settle(aggregates: readonly AggregateEntries[], outcomes: readonly AggregateOutcome[], now: number): void {
    this.#attempts -= 1;
    this.#partition.settle(aggregates, outcomes, now);
    this.#use(now);
  }

  /** When `gapsDue` is to be called: milliseconds since 1970; undefined while nothing waits for time. */
  get dueAt(): number | undefined {
    return this.#partition.dueAt;
  }

  /**
   * Time has passed. The EventLog is to be asked for these positions; `gapAsked` ends each. `asksFirst` says, when it comes to that, whether where
   * to begin in a stream is asked too.
   */
  gapsDue(now: number, asksFirst?: AsksFirst): readonly AggregateGap[] {
    const gaps = this.#partition.due(now, asksFirst);
    this.#reads += gaps.length;
    return gaps;
  }

  /** The EventLog has answered; or, without an answer, could not be asked. */
  gapAsked(gap: AggregateGap, answer: GapAnswer | undefined, now: number): void {
    this.#reads -= 1;
    if (answer) this.#partition.gapAsked(gap, answer, now);
    else this.#partition.askLater(gap.id, now);
    this.#turns += 1;
  }

  /** Moves a part of a backlog that is too large for the next run's input into the page of that name. */
  beginSpill(page: string, pagesNewest?: PagesNewest): Spill {
    return this.#partition.beginSpill(page, pagesNewest);
  }

  /** The page holds its events, or it could not be made and they stay in memory. */
  endSpill(isHeld: boolean, now: number): void {
    this.#partition.endSpill(isHeld, now);
  }

  /** The page has been asked for its events, or could not be. */
  askedForPage(page: string, isAsked: boolean): void {
    this.#partition.askedForPage(page, isAsked);
  }

  /** The signal by which a page gives its events back. One that has done so already is ignored. */
  load(signal: unknown, now: number): Pick<Arrival, 'faults'> {
    const { page, faults } = readLoadedPage(signal, this.#input);
    this.#setAside.add(faults, now);
    if (page) this.#partition.load(page, now);
    this.#turns += 1;
    return { faults };
  }

  /** Why what an operator wants does not apply, or cannot be understood; undefined when it does. */
  refusal(operation: OperationName, request: OperationRequest): string | undefined {
    const fault = faultOfOperation(operation, request);
    if (fault !== undefined) return fault;
    if (this.#isPartition && !request.id) return 'Say which aggregate is meant: this publisher serves many';
    return this.#partition.refusal({ operation, request });
  }

  /** Does what an operator wants, when `refusal` has nothing against it. */
  operate(operation: OperationName, request: OperationRequest, now: number): PublisherStatus {
    this.#partition.operate({ operation, request }, now);
    this.#use(now);
    return this.status(request.id);
  }

  /** Somebody waits for receipts. An earlier wait of the same waiter is over. */
  waitFor({ waiter, messages }: AwaitRequest): Waiting {
    const wait = this.#waits.begin(waiter, messages);
    let settled: readonly Settled[] = [];
    let seen: number | undefined;
    const isSettled = (): boolean => {
      if (seen !== this.#turns) settled = this.#partition.settledOf([...wait.values()]);
      seen = this.#turns;
      return settled.length > 0;
    };
    const isOver = (): boolean => isSettled() || this.#waits.isOver(waiter, wait);
    return {
      get isOver() {
        return isOver();
      },
      end: () => {
        this.#waits.end(waiter, wait);
        return settled;
      },
    };
  }

  /** Of an aggregate, and of the whole partition when it serves one. */
  status(id?: string): PublisherStatus {
    const { topic, partition } = this.#input;
    const whole = partition ? { partition: { ...partition, ...this.#partition.totals() } } : {};
    const own = this.#input.id ?? (typeof id === 'string' ? id : undefined);
    return { topic, id: own ?? '', ...this.#partition.status(own), ...whole, ...this.#setAside.snapshot() };
  }

  /** For people, in Temporal's UI. */
  get details(): string {
    const { topic, partition } = this.#input;
    if (!partition) return describeStatus(this.status());
    const { setAside } = this.#setAside.snapshot();
    const status = { ...partition, ...this.#partition.totals() };
    return describePartition(topic, status, { parkedEvents: this.parked, setAside });
  }

  /** The input of the next run: everything that makes it idempotent. Only when `isQuiet`, and no page is being made. */
  nextInput(markers: readonly ParkedMarker[]): PublisherInput {
    const { markers: _, setAside: __, ...input } = this.#input;
    return {
      ...input,
      state: this.#partition.snapshot(),
      ...(markers.length > 0 ? { markers } : {}),
      ...this.#setAside.snapshot(),
    };
  }

  get #isPartition(): boolean {
    return this.#input.id === undefined;
  }

  #use(now: number): void {
    this.#usedAt = now;
    this.#turns += 1;
  }
}

function refsOf(entries: readonly PublishEntry[], msgIds: readonly string[]): readonly AwaitedMessage[] {
  const wanted = new Set(msgIds);
  return entries
    .map(({ message }) => ({ id: message.id, msgId: message.meta.msgId }))
    .filter(({ msgId }) => wanted.has(msgId));
}
