import { REMEMBERED_RECEIPTS } from '../../../common/defaults.ts';
import { bytesOf } from '../../../common/entry-size.ts';
import type { PublishReceipt } from '../../../common/protocol/activities.ts';

/** Bytes that receipts take at most in the next run's input: about 700 of messages whose msgIds are UUIDs. */
const MAX_RECEIPT_BYTES = 100_000;

/** The last receipts, for those who ask what became of their messages. */
export class ReceiptBook {
  // The oldest comes first.
  readonly #receipts = new Map<string, Kept>();
  #bytes = 0;

  constructor(receipts: readonly PublishReceipt[] = []) {
    for (const receipt of receipts) this.#keep(receipt);
  }

  add(receipts: readonly PublishReceipt[]): void {
    for (const receipt of receipts) {
      this.#remove(receipt.msgId);
      this.#keep(receipt);
    }
    for (const oldest of this.#receipts.keys()) {
      if (this.#receipts.size <= REMEMBERED_RECEIPTS && this.#bytes <= MAX_RECEIPT_BYTES) return;
      this.#remove(oldest);
    }
  }

  get(msgId: string): PublishReceipt | undefined {
    return this.#receipts.get(msgId)?.receipt;
  }

  snapshot(): readonly PublishReceipt[] {
    return [...this.#receipts.values()].map(({ receipt }) => receipt);
  }

  #remove(msgId: string): void {
    const kept = this.#receipts.get(msgId);
    if (kept === undefined) return;
    this.#receipts.delete(msgId);
    this.#bytes -= kept.bytes;
  }

  #keep(receipt: PublishReceipt): void {
    const bytes = bytesOf(receipt);
    this.#receipts.set(receipt.msgId, { receipt, bytes });
    this.#bytes += bytes;
  }
}

interface Kept {
  readonly receipt: PublishReceipt;
  readonly bytes: number;
}
