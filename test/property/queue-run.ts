import { expect } from 'vitest';
import { ACTIVITY_GROWTH, ACTIVITY_LIMITS } from '../../src/common/defaults.ts';
import type { PublishFailure } from '../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import type { PublishQueueState } from '../../src/common/protocol/state.ts';
import { PublishQueue } from '../../src/workflows/state/aggregate/publish-queue.ts';
import { msgIdsOf } from '../support/messages.ts';
import { QueueModel } from './queue-model.ts';
import { same, sameList } from './same.ts';
import { TemporalPages } from './temporal-pages.ts';

/** One thing that happens to a queue. Those that cannot happen at that time do nothing. */
export type Step =
  | { readonly kind: 'accept'; readonly numbers: readonly number[] }
  | { readonly kind: 'take' }
  | { readonly kind: 'settle'; readonly share: number; readonly failure?: PublishFailure['kind'] }
  | { readonly kind: 'retry' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'continueAsNew' }
  | { readonly kind: 'goOn' }
  | { readonly kind: 'beginSpill'; readonly pagesNewest?: boolean }
  | { readonly kind: 'endSpill'; readonly isHeld: boolean }
  | { readonly kind: 'askForPage' }
  | { readonly kind: 'endAsking'; readonly isAsked: boolean }
  | { readonly kind: 'deliverPage'; readonly back: number };

const REMEMBER = { rememberMsgIds: 1_000, rememberMs: 600_000 };

/** Below Temporal's 2 MB for the input of the next run. */
const MAX_STATE_BYTES = 2_000_000;

/** A queue and its model, which must agree after every step. Of pages only `pages` knows, as Temporal would. */
export class QueueRun {
  queue: PublishQueue;
  readonly model = new QueueModel();
  readonly pages = new TemporalPages();
  /** msgIds in the order in which SNS acknowledged them. */
  readonly acknowledged: string[] = [];
  readonly #entry: (number: number) => PublishEntry;
  #now = 0;

  /** `entry` makes the message `m-<number>`, always the same one. */
  constructor(entry: (number: number) => PublishEntry) {
    this.#entry = entry;
    this.queue = new PublishQueue(REMEMBER);
  }

  step(step: Step): void {
    this.#now += 1_000;
    this[step.kind](step as never);
    this.check();
  }

  accept({ numbers }: { readonly numbers: readonly number[] }): void {
    this.queue.accept(numbers.map(this.#entry), this.#now);
    for (const number of numbers) this.model.accept(`m-${number}`);
  }

  /** At most one batch is open; it is the first of what waits, in order, and fits into one activity. */
  take(): void {
    if (!this.queue.isReady) {
      expect(() => this.queue.take(this.#now)).toThrow(TypeError);
      return;
    }
    const entries = this.queue.take(this.#now);
    const taken = msgIdsOf(entries);
    const chars = entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
    same(taken.length > 0, true, 'something is taken');
    same(taken.length <= ACTIVITY_GROWTH.most, true, `${taken.length} fit into one activity`);
    if (taken.length > 1) same(chars <= ACTIVITY_LIMITS.maxChars, true, `${chars} characters fit`);
    sameList(taken, this.model.waiting.slice(0, taken.length));
    this.model.taken = taken;
  }

  settle({ share, failure }: { readonly share: number; readonly failure?: PublishFailure['kind'] }): void {
    const { taken } = this.model;
    const reason = failure ? { failure: { kind: failure, code: 'Code', reason: 'why' } } : {};
    if (taken === undefined) {
      expect(() => this.queue.settle({ receipts: [], ...reason }, this.#now)).toThrow(TypeError);
      return;
    }
    const msgIds = taken.slice(0, Math.round(share * taken.length));
    const receipts = msgIds.map((msgId) => ({ msgId, snsMessageId: `sns-${msgId}` }));
    this.queue.settle({ receipts, ...reason }, this.#now);
    this.acknowledged.push(...msgIds);
    this.model.published += msgIds.length;
    this.model.taken = undefined;
    if (failure === 'event') this.model.parkedAt = taken[msgIds.length];
  }

  retry(): void {
    this.queue.retry(this.#now);
    this.model.parkedAt = undefined;
  }

  /** The next run gets the state as JSON. There is none while something is under way or memory is too full. */
  restart(): void {
    if (this.model.taken || this.pages.spill) {
      expect(() => this.queue.snapshot()).toThrow(TypeError);
      return;
    }
    if (this.queue.paging.mustSpill || this.pages.isAsking) return;
    const json = JSON.stringify(this.queue.snapshot());
    expect(Buffer.byteLength(json)).toBeLessThan(MAX_STATE_BYTES);
    const state = JSON.parse(json) as PublishQueueState;
    this.queue = new PublishQueue(REMEMBER, state);
    if (JSON.stringify(this.queue.snapshot()) !== json) expect(this.queue.snapshot()).toEqual(state);
    this.pages.count(state.pages ? 'restartedWithPages' : 'restarted');
  }

  /** Makes the next run possible, as the workflow does: what is under way ends, and memory is emptied as far as it must. */
  continueAsNew(): void {
    if (this.model.taken) this.settle({ share: 0 });
    this.endSpill({ isHeld: true });
    this.endAsking({ isAsked: true });
    while (this.queue.paging.mustSpill) {
      this.beginSpill();
      this.endSpill({ isHeld: true });
    }
    this.restart();
  }

  beginSpill({ pagesNewest = true }: { readonly pagesNewest?: boolean } = {}): void {
    if (!this.queue.paging.mustSpill) return;
    expect(this.pages.spill).toBeUndefined();
    const spill = this.queue.paging.beginSpill(this.pages.nextName(), () => pagesNewest);
    expect(spill.entries.length).toBeGreaterThan(0);
    this.pages.start(spill);
  }

  endSpill({ isHeld }: { readonly isHeld: boolean }): void {
    if (this.pages.spill === undefined) return;
    this.pages.end(isHeld);
    this.queue.paging.endSpill(isHeld, this.#now);
  }

  askForPage(): void {
    const { pageToLoad } = this.queue.paging;
    if (pageToLoad === undefined || this.pages.isAsking) return;
    this.queue.paging.askedForPage(true);
    this.pages.ask(pageToLoad);
    expect(this.queue.paging.pageToLoad).toBeUndefined();
  }

  /** Whether the page got the request, as far as the publisher can tell: it may have got it all the same. */
  endAsking({ isAsked }: { readonly isAsked: boolean }): void {
    if (!this.pages.isAsking) return;
    this.pages.isAsking = false;
    if (!isAsked) this.queue.paging.askedForPage(false);
  }

  /** A page that was asked gives its events back: the last one that was asked, or an earlier one late or again. */
  deliverPage({ back }: { readonly back: number }): void {
    const page = this.pages.asked.at(-1 - back);
    if (page === undefined) return;
    this.queue.paging.load(this.pages.deliver(page), this.#now);
  }

  check(): void {
    const { queue, model } = this;
    const { waiting } = model;
    const { state, pending, accepted, published, duplicates, conflicts, parked, next } = queue.status();
    same(state, model.parkedAt ? 'parked' : waiting.length > 0 ? 'publishing' : 'idle', 'state');
    same(pending, waiting.length, 'pending');
    same(accepted, model.accepted.length, 'accepted');
    same(published, model.published, 'published');
    same(duplicates, model.duplicates, 'duplicates');
    same(conflicts, 0, 'conflicts');
    same(parked?.msgId, model.parkedAt, 'parked');
    same(queue.isEmpty, waiting.length === 0, 'isEmpty');
    if (queue.isReady) same(model.mayTake, true, 'may take');
    if (this.pages.made === 0) same(queue.isReady, model.mayTake, 'isReady');
    if (next !== undefined || this.pages.made === 0) same(next, waiting[0], 'next');
  }

  /** What the workflow does next while nothing fails. */
  goOn(): void {
    this.endSpill({ isHeld: true });
    this.endAsking({ isAsked: true });
    if (this.model.taken) {
      this.settle({ share: 1 });
    } else if (this.queue.paging.mustSpill) {
      this.beginSpill();
    } else if (this.queue.isReady) {
      this.take();
    } else if (this.model.mayTake) {
      this.askForPage();
      this.deliverPage({ back: 0 });
    }
  }

  /** Publishes whatever is left, once nothing fails any more. */
  drain(): void {
    this.retry();
    for (let turns = 0; this.model.waiting.length > 0; turns += 1) {
      if (turns > 10_000) throw new Error(`The queue is stuck with ${this.model.waiting.length} events`);
      this.goOn();
      this.check();
    }
  }
}
