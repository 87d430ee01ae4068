import { bytesOf } from '../../../common/entry-size.ts';
import type { PublishReceipt } from '../../../common/protocol/activities.ts';
import type { Conflict, PublishQueueState } from '../../../common/protocol/state.ts';

export type TallyState = Pick<
  PublishQueueState,
  'accepted' | 'published' | 'duplicates' | 'conflicts' | 'deadLetters' | 'lastConflict' | 'lastReceipt'
>;

// Their names, numbers of up to eight digits, and the names of the rest.
const COUNTS_BYTES = 160;

/** What became of the events of one aggregate since its publisher opened, in numbers. */
export class Tally {
  accepted: number;
  duplicates: number;
  #published: number;
  #conflicts: number;
  #deadLetters: number;
  #lastConflict: Conflict | undefined;
  #lastReceipt: PublishReceipt | undefined;
  #lastBytes: number;

  constructor(state?: TallyState) {
    this.accepted = state?.accepted ?? 0;
    this.duplicates = state?.duplicates ?? 0;
    this.#published = state?.published ?? 0;
    this.#conflicts = state?.conflicts ?? 0;
    this.#deadLetters = state?.deadLetters ?? 0;
    this.#lastConflict = state?.lastConflict;
    this.#lastReceipt = state?.lastReceipt;
    this.#lastBytes = this.#measure();
  }

  /** What it takes in the next run's input, about. Asked for at each change, so that only what is seldom new is measured. */
  get bytes(): number {
    return COUNTS_BYTES + this.#lastBytes;
  }

  /** A known msgId or position came with another content. */
  conflict(msgId: string, at: string): void {
    this.#conflicts += 1;
    this.#lastConflict = { msgId, at };
    this.#lastBytes = this.#measure();
  }

  settle(receipts: readonly PublishReceipt[]): void {
    const deadLetters = receipts.filter(({ deadLetter }) => deadLetter).length;
    this.#deadLetters += deadLetters;
    this.#published += receipts.length - deadLetters;
    this.#lastReceipt = receipts.at(-1) ?? this.#lastReceipt;
    if (receipts.length > 0) this.#lastBytes = this.#measure();
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

  #measure(): number {
    return bytesOf([this.#lastReceipt, this.#lastConflict]);
  }
}
