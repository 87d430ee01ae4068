import { REMEMBERED_RECEIPTS } from '../common/defaults.ts';
import type { PublishReceipt } from '../common/publisher-protocol.ts';
import { bytesOf, sumOf } from './size.ts';

/** Bytes that receipts take at most in the next run's input: about 700 of messages whose msgIds are UUIDs. */
const MAX_RECEIPT_BYTES = 100_000;

/** The last receipts, for those who ask what became of their messages. */
export class ReceiptBook {
  // The oldest comes first.
  readonly #receipts: Map<string, PublishReceipt>;
  #bytes: number;

  constructor(receipts: readonly PublishReceipt[] = []) {
    this.#receipts = new Map(receipts.map((receipt) => [receipt.msgId, receipt]));
    this.#bytes = sumOf(receipts, bytesOf);
  }

  add(receipts: readonly PublishReceipt[]): void {
    for (const receipt of receipts) {
      this.#remove(receipt.msgId);
      this.#receipts.set(receipt.msgId, receipt);
      this.#bytes += bytesOf(receipt);
    }
    for (const oldest of this.#receipts.keys()) {
      if (this.#receipts.size <= REMEMBERED_RECEIPTS && this.#bytes <= MAX_RECEIPT_BYTES) return;
      this.#remove(oldest);
    }
  }

  get(msgId: string): PublishReceipt | undefined {
    return this.#receipts.get(msgId);
  }

  snapshot(): readonly PublishReceipt[] {
    return [...this.#receipts.values()];
  }

  #remove(msgId: string): void {
    const receipt = this.#receipts.get(msgId);
    if (receipt === undefined) return;
    this.#receipts.delete(msgId);
    this.#bytes -= bytesOf(receipt);
  }
}
