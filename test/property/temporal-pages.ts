import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import type { LoadedPage } from '../../src/common/protocol/pages.ts';
import type { Spill } from '../../src/workflows/state/aggregate/backlog.ts';

/** What happened in all runs, for a property that must not hold only because nothing happens. */
export type Happening =
  | 'held'
  | 'notHeld'
  | 'delivered'
  | 'deliveredAgain'
  | 'restarted'
  | 'restartedWithPages';

/** Temporal's part: page workflows that hold what they were started with, and give it back when they are asked. */
export class TemporalPages {
  /** The page that is being made. */
  spill: Spill | undefined;
  /** A page was asked, and it is not yet known whether it got the request. */
  isAsking = false;
  /** Pages that were ever asked, in that order. */
  readonly asked: string[] = [];
  readonly happened = new Map<Happening, number>();
  readonly #held = new Map<string, readonly PublishEntry[]>();
  readonly #delivered = new Set<string>();
  #made = 0;

  /** How many pages were ever begun. */
  get made(): number {
    return this.#made;
  }

  /** Pages that were asked, and have not given their events back. */
  get undelivered(): readonly string[] {
    return this.asked.filter((page) => !this.#delivered.has(page));
  }

  nextName(): string {
    this.#made += 1;
    return `page-${this.#made}`;
  }

  start(spill: Spill): void {
    this.spill = spill;
  }

  end(isHeld: boolean): void {
    if (this.spill && isHeld) this.#held.set(this.spill.page, this.spill.entries);
    this.spill = undefined;
    this.count(isHeld ? 'held' : 'notHeld');
  }

  ask(page: string): void {
    if (!this.#held.has(page)) throw new Error(`There is no page ${page}`);
    this.isAsking = true;
    this.asked.push(page);
  }

  deliver(page: string): LoadedPage {
    this.count(this.#delivered.has(page) ? 'deliveredAgain' : 'delivered');
    this.#delivered.add(page);
    return { page, entries: this.#held.get(page) ?? [] };
  }

  count(happening: Happening): void {
    this.happened.set(happening, (this.happened.get(happening) ?? 0) + 1);
  }
}
