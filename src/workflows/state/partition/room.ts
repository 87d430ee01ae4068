import { PARTITION_LIMITS, PARTITION_STATE_BYTES } from '../../../common/defaults.ts';
import type { Aggregates } from './aggregates.ts';

/** How much the queues of a partition hold, and what they have room for: what crosses into the next run fits 2 MB. */
export class Room {
  readonly #aggregates: Aggregates;

  constructor(aggregates: Aggregates) {
    this.#aggregates = aggregates;
  }

  /** The queues hold less than they may. */
  get isLeft(): boolean {
    const { active, held } = this.#aggregates.totals;
    return active < PARTITION_LIMITS.activeChars && held < PARTITION_LIMITS.heldChars;
  }

  /** Events of any aggregate may come from the inbox. */
  get mayAdmit(): boolean {
    return this.isLeft && this.#aggregates.totals.state < 1.5 * PARTITION_STATE_BYTES;
  }

  /** Memory holds so much that even missing events have to wait. */
  get isCrowded(): boolean {
    const { active, held } = this.#aggregates.totals;
    return active + held >= 1.5 * (PARTITION_LIMITS.activeChars + PARTITION_LIMITS.heldChars);
  }
}
