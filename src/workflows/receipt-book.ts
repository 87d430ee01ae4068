import { REMEMBERED_RECEIPTS } from '../common/defaults.ts';
import type { PublishReceipt } from '../common/publisher-protocol.ts';

/** The last receipts, for those who ask what became of their messages. */
export class ReceiptBook {
  readonly #receipts: Map<string, PublishReceipt>;

  constructor(receipts: readonly PublishReceipt[] = []) {
    this.#receipts = new Map(receipts.map((receipt) => [receipt.msgId, receipt]));
  }

  add(receipts: readonly PublishReceipt[]): void {
    for (const receipt of receipts) this.#receipts.set(receipt.msgId, receipt);
    for (const oldest of this.#receipts.keys()) {
      if (this.#receipts.size <= REMEMBERED_RECEIPTS) return;
      this.#receipts.delete(oldest);
    }
  }

  get(msgId: string): PublishReceipt | undefined {
    return this.#receipts.get(msgId);
  }

  snapshot(): readonly PublishReceipt[] {
    return [...this.#receipts.values()];
  }
}
