import type { ReceivedMessage } from '../../src/collector/sqs/received-message.ts';
import type { SqsQueue } from '../../src/collector/sqs/sqs-queue.ts';

interface Stored {
  readonly messageId: string;
  readonly group: string;
  readonly body: string;
  /** Of the last receive. */
  receipt: string;
  hiddenUntil: number;
}

/**
 * An SQS FIFO queue, as its documentation has it: a receive gives the first messages of each group, several of one group too, and none of a group of which one is lent; what is not deleted in time comes
 * again; a receipt is void once its time is over or the message was received anew.
 */
export class ModelQueue implements Pick<SqsQueue, 'delete' | 'hide'> {
  readonly #visibilityMs: number;
  readonly #messages: Stored[] = [];
  #count = 0;
  /** Whether the next request fails: the network, a throttle. */
  fails: () => boolean = () => false;

  constructor(visibilitySeconds: number) {
    this.#visibilityMs = visibilitySeconds * 1_000;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  send(group: string, body: string): void {
    this.#count += 1;
    this.#messages.push({ messageId: `sqs-${this.#count}`, group, body, receipt: '', hiddenUntil: 0 });
  }

  receive(max: number): ReceivedMessage[] {
    const now = Date.now();
    const lent = new Set(
      this.#messages.filter(({ hiddenUntil }) => hiddenUntil > now).map(({ group }) => group),
    );
    const given = this.#messages.filter(({ group }) => !lent.has(group)).slice(0, max);
    return given.map((message) => {
      this.#count += 1;
      message.receipt = `receipt-${this.#count}`;
      message.hiddenUntil = now + this.#visibilityMs;
      const { messageId, group, body, receipt } = message;
      return { messageId, group, body, receiptHandle: receipt, attributes: { aggregate: 'Customer' } };
    });
  }

  async delete(messages: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> {
    if (this.fails()) throw new Error('SQS is away');
    return messages.filter((message) => {
      const stored = this.#lent(message);
      if (stored) this.#messages.splice(this.#messages.indexOf(stored), 1);
      return stored === undefined;
    });
  }

  async hide(messages: readonly ReceivedMessage[], seconds: number): Promise<readonly ReceivedMessage[]> {
    if (this.fails()) throw new Error('SQS is away');
    return messages.filter((message) => {
      const stored = this.#lent(message);
      if (stored) stored.hiddenUntil = Date.now() + seconds * 1_000;
      return stored === undefined;
    });
  }

  #lent({ receiptHandle }: ReceivedMessage): Stored | undefined {
    return this.#messages.find(
      ({ receipt, hiddenUntil }) => receipt === receiptHandle && hiddenUntil > Date.now(),
    );
  }
}
