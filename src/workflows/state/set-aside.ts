import type { SetAsideSignals } from '../../common/protocol/state.ts';
import { toIso } from './iso-time.ts';

/** Characters that are kept of what was wrong: it must fit into the next run's input. */
const MAX_REASON_LENGTH = 500;

/** Counts what signals brought that no client of this package sends, and keeps what was wrong with the last one. */
export class SetAside {
  #signals: SetAsideSignals | undefined;

  constructor(signals?: SetAsideSignals) {
    this.#signals = signals;
  }

  add(faults: readonly string[], now: number): void {
    const reason = faults.at(-1);
    if (reason === undefined) return;
    const count = (this.#signals?.count ?? 0) + faults.length;
    this.#signals = { count, last: { at: toIso(now), reason: reason.slice(0, MAX_REASON_LENGTH) } };
  }

  snapshot(): { readonly setAside?: SetAsideSignals } {
    return this.#signals ? { setAside: this.#signals } : {};
  }
}
