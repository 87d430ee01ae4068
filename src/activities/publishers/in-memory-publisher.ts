import type { EventMessage } from '../../common/message.ts';
import type { PublishEntry, PublishReceipt } from '../../common/publisher-protocol.ts';
import type { EventPublisher, PublishResult } from '../event-publisher.ts';

/** Keeps what is published in this process: for tests and for trying things out. Drops repeated msgIds, as FIFO does. */
export class InMemoryPublisher implements EventPublisher {
  readonly maxBatchEntries: number = 10;
  readonly #receipts = new Map<string, PublishReceipt>();
  readonly #messages: EventMessage[] = [];

  /** Every message published so far, in the order of publication. */
  get messages(): readonly EventMessage[] {
    return this.#messages;
  }

  async publish(_topic: string, entries: readonly PublishEntry[]): Promise<readonly PublishResult[]> {
    return entries.map(({ message }) => ({
      ok: true,
      receipt: this.#receipts.get(message.meta.msgId) ?? this.#add(message),
    }));
  }

  describe(): string {
    return 'memory';
  }

  #add(message: EventMessage): PublishReceipt {
    const { msgId } = message.meta;
    const sequenceNumber = String(this.#messages.push(message));
    const receipt = { msgId, snsMessageId: `memory-${sequenceNumber}`, sequenceNumber };
    this.#receipts.set(msgId, receipt);
    return receipt;
  }
}
