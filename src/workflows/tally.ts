import type { Conflict, PublishQueueState, PublishReceipt } from '../common/publisher-protocol.ts';

export type TallyState = Pick<
  PublishQueueState,
  'accepted' | 'published' | 'duplicates' | 'conflicts' | 'deadLetters' | 'lastConflict' | 'lastReceipt'
>;

/** What became of the events of one aggregate since its publisher opened, in numbers. */
export class Tally {
  accepted: number;
  duplicates: number;
  #published: number;
  #conflicts: number;
  #deadLetters: number;
  #lastConflict: Conflict | undefined;
  #lastReceipt: PublishReceipt | undefined;

  constructor(state?: TallyState) {
    this.accepted = state?.accepted ?? 0;
    this.duplicates = state?.duplicates ?? 0;
    this.#published = state?.published ?? 0;
    this.#conflicts = state?.conflicts ?? 0;
    this.#deadLetters = state?.deadLetters ?? 0;
    this.#lastConflict = state?.lastConflict;
    this.#lastReceipt = state?.lastReceipt;
  }

  /** A known msgId or position came with another content. */
  conflict(msgId: string, at: string): void {
    this.#conflicts += 1;
    this.#lastConflict = { msgId, at };
  }

  settle(receipts: readonly PublishReceipt[]): void {
    const deadLetters = receipts.filter(({ deadLetter }) => deadLetter).length;
    this.#deadLetters += deadLetters;
    this.#published += receipts.length - deadLetters;
    this.#lastReceipt = receipts.at(-1) ?? this.#lastReceipt;
  }

  snapshot(): TallyState {
    return {
      accepted: this.accepted,
      published: this.#published,
      duplicates: this.duplicates,
      ...(this.#conflicts > 0 ? { conflicts: this.#conflicts } : {}),
      ...(this.#lastConflict ? { lastConflict: this.#lastConflict } : {}),
      ...(this.#lastReceipt ? { lastReceipt: this.#lastReceipt } : {}),
      ...(this.#deadLetters > 0 ? { deadLetters: this.#deadLetters } : {}),
    };
  }
}
