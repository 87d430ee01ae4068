import { expect } from 'vitest';
import type {
  AggregateEntries,
  AggregateOutcome,
  PublishFailure,
} from '../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import type { OperationName } from '../../src/common/protocol/operate.ts';
import type { PublisherState } from '../../src/common/protocol/state.ts';
import { Partition } from '../../src/workflows/state/partition/partition.ts';
import { msgIdsOf } from '../support/messages.ts';
import { AggregateModel } from './aggregate-model.ts';
import { same, sameList } from './same.ts';
import { TemporalPages } from './temporal-pages.ts';

/** What becomes of the taken events of one aggregate: the share that is published, and why the next one is not. */
export interface Fate {
  readonly share: number;
  readonly failure?: PublishFailure['kind'];
}

/** One thing that happens to a partition. Those that cannot happen at that time do nothing. */
export type PartitionStep =
  | { readonly kind: 'accept'; readonly numbers: readonly number[] }
  | { readonly kind: 'take' }
  | { readonly kind: 'settle'; readonly which: number; readonly fates: readonly Fate[] }
  | { readonly kind: 'operate'; readonly operation: OperationName; readonly aggregate: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'readGap'; readonly hasThem: boolean }
  | { readonly kind: 'restart' }
  | { readonly kind: 'continueAsNew' }
  | { readonly kind: 'goOn' }
  | { readonly kind: 'beginSpill'; readonly pagesNewest?: boolean }
  | { readonly kind: 'endSpill'; readonly isHeld: boolean }
  | { readonly kind: 'askForPage' }
  | { readonly kind: 'endAsking'; readonly isAsked: boolean }
  | { readonly kind: 'deliverPage'; readonly back: number };

export interface PartitionRunOptions {
  readonly ordering?: 'arrival' | 'position';
  readonly aggregates: number;
  /** Makes the entry of a number, always the same one: of the aggregate `A-<number modulo aggregates>`. */
  readonly entry: (number: number) => PublishEntry;
}

const settings = {
  lingerMs: 600_000,
  rememberMsgIds: 1_000,
  rememberMs: 1_000_000_000,
  maxSignalsPerRun: 4_000,
  settleMs: 500,
  gapTimeoutMs: 10_000,
};

/** Below Temporal's 2 MB for the input of the next run. */
const MAX_STATE_BYTES = 2_000_000;
const ATTEMPTS = 2;
const PAGE_RETRY_MS = 10_000;

/** A partition and what is expected of each of its aggregates, which must agree after every step. */
export class PartitionRun {
  partition: Partition;
  readonly models = new Map<string, AggregateModel>();
  readonly pages = new TemporalPages();
  /** Activities that are under way. */
  readonly attempts: (readonly AggregateEntries[])[] = [];
  /** Aggregates in the order in which they were taken. */
  readonly turns: string[] = [];
  readonly #options: PartitionRunOptions;
  #gaps: { readonly id: string; readonly from: number; readonly to: number }[] = [];
  #failedAsks: { readonly page: string; readonly at: number }[] = [];
  #asking: string | undefined;
  now = 1_000_000;

  constructor(options: PartitionRunOptions) {
    this.#options = options;
    this.partition = this.#partitionOf();
  }

  get #isByPosition(): boolean {
    return this.#options.ordering === 'position';
  }

  get waiting(): number {
    return [...this.models.values()].reduce((sum, model) => sum + model.waiting.length, 0);
  }

  step(step: PartitionStep): void {
    this.now += 10;
    this[step.kind](step as never);
    this.check();
  }

  accept({ numbers }: { readonly numbers: readonly number[] }): void {
    const entries = numbers.map(this.#options.entry);
    this.partition.accept(entries, this.now);
    for (const { message } of entries) this.model(message.id).accept(message.meta.msgId, message.position);
  }

  model(id: string): AggregateModel {
    const model = this.models.get(id) ?? new AggregateModel(this.#options.ordering ?? 'arrival');
    this.models.set(id, model);
    return model;
  }

  /** Of each aggregate the first that wait, and no aggregate that is under way already. */
  take(): void {
    if (!this.partition.isReady || this.attempts.length >= ATTEMPTS) return;
    const aggregates = this.partition.take(this.now);
    same(aggregates.length > 0, true, 'something is taken');
    for (const { id, entries } of aggregates) {
      const model = this.model(id);
      same(model.taken, undefined, `${id} under way`);
      same(model.isStopped, false, `${id} stopped`);
      same(entries.length > 0, true, `${id} has events`);
      sameList(msgIdsOf(entries), model.next(entries.length));
      model.taken = msgIdsOf(entries);
      this.turns.push(id);
    }
    this.attempts.push(aggregates);
  }

  settle({ which, fates }: { readonly which: number; readonly fates: readonly Fate[] }): void {
    const [attempt] = this.attempts.splice(which % Math.max(1, this.attempts.length), 1);
    if (attempt === undefined) return;
    const outcomes = attempt.map(({ id }, index) => this.#outcomeOf(id, fates[index % fates.length]));
    this.partition.settle(attempt, outcomes, this.now);
  }

  operate({ operation, aggregate }: { readonly operation: OperationName; readonly aggregate: number }): void {
    const id = `A-${aggregate % this.#options.aggregates}`;
    const wish = { operation, request: { id, actor: 'ada', reason: 'a test' } };
    const model = this.model(id);
    const isParked = this.#isByPosition ? this.partition.parked.has(id) : model.parkedAt !== undefined;
    const isOnEvent = operation !== 'pause' && operation !== 'resume';
    const applies = isOnEvent ? isParked : model.isPaused === (operation === 'resume');
    same(this.partition.refusal(wish) === undefined, applies, `${operation} applies to ${id}`);
    if (!applies) return;
    this.partition.operate(wish, this.now);
    model.operate(operation);
  }

  pass({ ms }: { readonly ms: number }): void {
    this.now += ms;
    this.due();
    const failed = this.#failedAsks.filter(({ at }) => at <= this.now);
    this.#failedAsks = this.#failedAsks.filter(({ at }) => at > this.now);
    for (const { page } of failed) this.partition.askedForPage(page, false);
  }

  /** What the workflow does before anything else. */
  due(): void {
    this.#gaps.push(...this.partition.due(this.now));
    const { dueAt } = this.partition;
    if (dueAt !== undefined) same(dueAt > this.now, true, 'due later');
  }

  /** The EventLog answers about the oldest gap that it was asked for. */
  readGap({ hasThem }: { readonly hasThem: boolean }): void {
    const gap = this.#gaps.shift();
    if (gap === undefined) return;
    const { aggregates, entry } = this.#options;
    const index = Number(gap.id.slice(2));
    const positions = Array.from({ length: gap.to - gap.from + 1 }, (_, n) => gap.from + n).slice(0, 50);
    const entries = hasThem ? positions.map((position) => entry((position - 1) * aggregates + index)) : [];
    this.partition.gapAsked(gap, { entries, why: 'not there' }, this.now);
    for (const { message } of entries) this.model(gap.id).accept(message.meta.msgId, message.position);
  }

  /** The next run gets the state as JSON. There is none while something is under way or memory is too full. */
  restart(): void {
    if (this.attempts.length > 0 || this.pages.spill || this.#gaps.length > 0) return;
    if (this.partition.mustSpill || this.#asking) return;
    const json = JSON.stringify(this.partition.snapshot());
    expect(Buffer.byteLength(json)).toBeLessThan(MAX_STATE_BYTES);
    const state = JSON.parse(json) as PublisherState;
    this.partition = this.#partitionOf(state);
    if (JSON.stringify(this.partition.snapshot()) !== json) expect(this.partition.snapshot()).toEqual(state);
    this.pages.count(json.includes('"pages"') ? 'restartedWithPages' : 'restarted');
  }

  /** Makes the next run possible, as the workflow does: what is under way ends, and memory is emptied as far as it must. */
  continueAsNew(): void {
    while (this.attempts.length > 0) this.settle({ which: 0, fates: [{ share: 0 }] });
    for (const { id } of this.#gaps.splice(0)) this.partition.askLater(id, this.now);
    for (const { page } of this.#failedAsks.splice(0)) this.partition.askedForPage(page, false);
    this.endSpill({ isHeld: true });
    this.endAsking({ isAsked: true });
    for (let turns = 0; this.partition.mustSpill; turns += 1) {
      if (turns > 1_000) throw new Error('Memory cannot be emptied');
      this.beginSpill();
      this.endSpill({ isHeld: true });
    }
    this.restart();
  }

  beginSpill({ pagesNewest = true }: { readonly pagesNewest?: boolean } = {}): void {
    if (!this.partition.mustSpill) return;
    expect(this.pages.spill).toBeUndefined();
    const spill = this.partition.beginSpill(this.pages.nextName(), () => pagesNewest);
    expect(spill.entries.length).toBeGreaterThan(0);
    expect(this.partition.mustSpill).toBe(false);
    this.pages.start({ ...spill });
  }

  endSpill({ isHeld }: { readonly isHeld: boolean }): void {
    if (this.pages.spill === undefined) return;
    this.pages.end(isHeld);
    this.partition.endSpill(isHeld, this.now);
  }

  askForPage(): void {
    const { pageToLoad } = this.partition;
    if (pageToLoad === undefined || this.#asking) return;
    this.partition.askedForPage(pageToLoad, true);
    this.pages.ask(pageToLoad);
    this.#asking = pageToLoad;
    expect(this.partition.pageToLoad).not.toBe(pageToLoad);
  }

  /** Whether the page got the request, as far as the publisher can tell: it may have got it all the same. */
  endAsking({ isAsked }: { readonly isAsked: boolean }): void {
    if (this.#asking && !isAsked) this.#failedAsks.push({ page: this.#asking, at: this.now + PAGE_RETRY_MS });
    this.#asking = undefined;
  }

  /** A page that was asked gives its events back: the last one that was asked, or an earlier one late or again. */
  deliverPage({ back }: { readonly back: number }): void {
    const page = this.pages.asked.at(-1 - back);
    if (page !== undefined) this.#deliver(page);
  }

  check(): void {
    const { partition } = this;
    let parked = 0;
    for (const [id, model] of this.models) {
      const status = partition.status(id);
      same(status.paused !== undefined, model.isPaused, `${id} paused`);
      if (!this.#isByPosition) same(status.parked?.msgId, model.parkedAt, id);
      if (status.parked) parked += 1;
    }
    same(partition.parked.size, parked, 'parked');
    const totals = partition.totals();
    same(totals.parked, parked, 'parked in total');
    if (!this.#isByPosition) same(totals.pending >= this.waiting, true, 'pending covers what waits');
  }

  /** What the workflow does next while nothing fails. False: nothing, for ever. */
  goOn(): boolean {
    this.due();
    if (this.pages.spill) this.endSpill({ isHeld: true });
    else if (this.#asking) this.endAsking({ isAsked: true });
    else if (this.#gaps.length > 0) this.readGap({ hasThem: true });
    else if (this.partition.mustSpill) this.beginSpill();
    else if (this.partition.isReady && this.attempts.length < ATTEMPTS) this.take();
    else if (this.attempts.length > 0) this.settle({ which: 0, fates: [{ share: 1 }] });
    else if (this.partition.pageToLoad) this.askForPage();
    else return this.#goOnLater();
    return true;
  }

  /** Publishes whatever is left, once nothing fails any more. */
  drain(): void {
    for (let turns = 0; this.waiting > 0 || this.partition.totals().pending > 0; turns += 1) {
      this.#cureAll();
      if (turns > 20_000 || !this.goOn())
        throw new Error(`Stuck with ${this.waiting} events: ${this.explain()}`);
      this.check();
    }
  }

  explain(): string {
    const { isReady, mustSpill, pageToLoad, dueAt } = this.partition;
    const totals = this.partition.totals();
    return JSON.stringify({ isReady, mustSpill, pageToLoad, dueAt, now: this.now, totals });
  }

  /** A page answers, or time passes until something is due. */
  #goOnLater(): boolean {
    const [page] = this.pages.undelivered;
    if (page !== undefined) this.#deliver(page);
    else if (this.#failedAsks.length > 0) this.pass({ ms: PAGE_RETRY_MS });
    else if (this.partition.dueAt !== undefined) this.pass({ ms: this.partition.dueAt - this.now });
    else return false;
    return true;
  }

  #cureAll(): void {
    for (const id of this.partition.parked.keys()) {
      this.operate({ operation: 'retry', aggregate: Number(id.slice(2)) });
    }
    for (const [id, { isPaused }] of this.models) {
      if (isPaused) this.operate({ operation: 'resume', aggregate: Number(id.slice(2)) });
    }
  }

  #deliver(page: string): void {
    this.partition.load(this.pages.deliver(page), this.now);
  }

  #outcomeOf(id: string, { share, failure }: Fate = { share: 1 }): AggregateOutcome {
    const model = this.model(id);
    const taken = model.taken ?? [];
    const count = Math.floor(share * taken.length);
    const receipts = taken.slice(0, count).map((msgId) => ({ msgId, snsMessageId: `sns-${msgId}` }));
    const fails = failure !== undefined && count < taken.length;
    model.settle(count, fails && failure === 'event');
    return { receipts, ...(fails ? { failure: { kind: failure, code: 'Code', reason: 'why' } } : {}) };
  }

  #partitionOf(state?: PublisherState): Partition {
    const { ordering = 'arrival' } = this.#options;
    return new Partition({ ordering, ...(state ? { state } : {}) }, settings);
  }
}
