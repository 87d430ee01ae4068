import { expect } from 'vitest';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import type { PublishQueueState } from '../../src/common/protocol/state.ts';
import { PublishQueue } from '../../src/workflows/state/aggregate/publish-queue.ts';
import { same } from './same.ts';
import { TemporalPages } from './temporal-pages.ts';

/** One thing that happens to a queue that orders by position. Those that cannot happen at that time do nothing. */
export type StreamStep =
  | { readonly kind: 'accept'; readonly positions: readonly number[] }
  | { readonly kind: 'publish' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'answer'; readonly has: readonly number[] }
  | { readonly kind: 'beginSpill' }
  | { readonly kind: 'endSpill'; readonly isHeld: boolean }
  | { readonly kind: 'askForPage' }
  | { readonly kind: 'deliverPage'; readonly back: number }
  | { readonly kind: 'restart' };

const settings = {
  rememberMsgIds: 1_000,
  rememberMs: 600_000,
  stream: { settleMs: 500, gapTimeoutMs: 10_000 },
};

/** A queue that orders by position, and what it must have done with each position. */
export class StreamRun {
  queue = new PublishQueue(settings);
  readonly pages = new TemporalPages();
  /** Positions in the order in which they were published. */
  readonly published: number[] = [];
  readonly accepted = new Set<number>();
  offered = 0;
  /** Times that it was parked at a gap. */
  parked = 0;
  readonly #entry: (position: number) => PublishEntry;
  #now = 1_000_000;
  #isReading = false;

  constructor(entry: (position: number) => PublishEntry) {
    this.#entry = entry;
  }

  step(step: StreamStep): void {
    this.#now += 10;
    this[step.kind](step as never);
    this.check();
  }

  accept({ positions }: { readonly positions: readonly number[] }): void {
    this.offered += positions.length;
    for (const position of positions) this.accepted.add(position);
    this.queue.accept(positions.map(this.#entry), this.#now);
  }

  publish(): void {
    if (!this.queue.isReady) return;
    const taken = this.queue.take(this.#now);
    this.published.push(...taken.map(({ message }) => message.position ?? 0));
    const receipts = taken.map(({ message }) => ({ msgId: message.meta.msgId, snsMessageId: 'sns' }));
    this.queue.settle({ receipts }, this.#now);
  }

  pass({ ms }: { readonly ms: number }): void {
    this.#now += ms;
    if (this.queue.due(this.#now)) this.#isReading = true;
    same((this.queue.dueAt ?? Number.POSITIVE_INFINITY) > this.#now, true, 'due later');
  }

  /** The EventLog answers, with these positions. */
  answer({ has }: { readonly has: readonly number[] }): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.accept({ positions: has });
    this.queue.gapAsked('it has none', this.#now);
  }

  beginSpill(): void {
    if (this.pages.spill || !this.queue.paging.mustSpill) return;
    const spill = this.queue.paging.beginSpill(this.pages.nextName());
    expect(spill.entries.length).toBeGreaterThan(0);
    this.pages.start(spill);
  }

  endSpill({ isHeld }: { readonly isHeld: boolean }): void {
    if (!this.pages.spill) return;
    this.pages.end(isHeld);
    this.queue.paging.endSpill(isHeld, this.#now);
  }

  askForPage(): void {
    const { pageToLoad } = this.queue.paging;
    if (pageToLoad === undefined) return;
    this.queue.paging.askedForPage(true);
    this.pages.ask(pageToLoad);
    expect(this.queue.paging.pageToLoad).toBeUndefined();
  }

  deliverPage({ back }: { readonly back: number }): void {
    const page = this.pages.asked.at(-1 - back);
    if (page !== undefined) this.queue.paging.load(this.pages.deliver(page), this.#now);
  }

  restart(): void {
    if (this.pages.spill || this.queue.paging.mustSpill || this.#isReading) return;
    const json = JSON.stringify(this.queue.snapshot());
    const state = JSON.parse(json) as PublishQueueState;
    this.queue = new PublishQueue(settings, state);
    if (JSON.stringify(this.queue.snapshot()) !== json) expect(this.queue.snapshot()).toEqual(state);
    this.pages.count(state.stream?.earlyPages ? 'restartedWithPages' : 'restarted');
  }

  check(): void {
    const { accepted, published, duplicates, pending, parked } = this.queue.status();
    if (parked) this.parked += 1;
    if (parked) same(parked.msgId, `m-${this.#firstWaiting}`, 'parked');
    same(accepted + duplicates, this.offered, 'offered');
    same(published + pending, accepted, 'accepted');
    same(published, this.published.length, 'published');
  }

  /** Publishes all that was accepted, once nothing fails any more. */
  drain(): void {
    for (let turns = 0; !this.queue.isEmpty; turns += 1) {
      if (turns > 1_000) throw new Error(`Stuck: ${JSON.stringify(this.queue.status())}`);
      this.beginSpill();
      this.endSpill({ isHeld: true });
      this.answer({ has: [] });
      this.publish();
      this.askForPage();
      for (const page of this.pages.undelivered) this.queue.paging.load(this.pages.deliver(page), this.#now);
      this.pass({ ms: 11_000 });
    }
  }

  /** The lowest position that was accepted and waits for one that was not. */
  get #firstWaiting(): number {
    const highest = Math.max(0, ...this.published);
    const waiting = [...this.accepted].filter((position) => position > highest).sort((a, b) => a - b);
    const isNext = (position: number, index: number): boolean => position === highest + 1 + index;
    return waiting.find((position, index) => !isNext(position, index)) ?? 0;
  }
}
