import type { Share } from '../spread.ts';
import type { Random } from './random.ts';

/** Picks aggregates as busy as `spread` says: numbers from 0, the busiest first. */
export class Pick {
  readonly #spread: readonly Share[];
  readonly #random: Random;
  /** Share of all events of the groups up to and with each, and aggregates before it. */
  readonly #upTo: number[] = [];
  readonly #before: number[] = [];

  constructor(spread: readonly Share[], random: Random) {
    this.#spread = spread;
    this.#random = random;
    let share = 0;
    let aggregates = 0;
    for (const group of spread) {
      this.#before.push(aggregates);
      share += group.aggregates * group.each;
      aggregates += group.aggregates;
      this.#upTo.push(share);
    }
  }

  next(): number {
    const group = this.#groupOf(this.#random());
    const among = this.#spread[group]?.aggregates ?? 1;
    return (this.#before[group] ?? 0) + Math.floor(this.#random() * among);
  }

  #groupOf(point: number): number {
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#upTo[middle] ?? 1) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
