import { REMEMBERED_RECEIPTS } from '../../../common/defaults.ts';
import type { AwaitedMessage } from '../../../common/protocol/receipts.ts';

/** The messages that one waiter's update waits for; more may join while it does. */
export type ReceiptWait = Map<string, AwaitedMessage>;

// Temporal takes ten updates of a workflow at a time: those that wait leave room for operators.
const MOST_WAITS = 5;

/**
 * Who waits for which receipts. Each waiter has one update at a time; messages that it publishes meanwhile join that update
 * through their signal, so that none has to wait until the update has returned.
 */
export class ReceiptWaits {
  readonly #waits = new Map<string, ReceiptWait>();
  // Of waiters whose update has not come yet: signals are quicker.
  #joined: { readonly waiter: string; readonly message: AwaitedMessage }[] = [];

  /** An update begins to wait. An earlier one of the same waiter is over: nobody listens to it any more. */
  begin(waiter: string, messages: readonly AwaitedMessage[]): ReceiptWait {
    const joined = this.#joined.filter((one) => one.waiter === waiter).map(({ message }) => message);
    this.#joined = this.#joined.filter((one) => one.waiter !== waiter);
    const wait: ReceiptWait = new Map([...messages, ...joined].map((message) => [keyOf(message), message]));
    // The longest waiting comes first; it is over when there are too many, and its client asks again.
    this.#waits.delete(waiter);
    this.#waits.set(waiter, wait);
    const [oldest] = this.#waits.keys();
    if (this.#waits.size > MOST_WAITS && oldest !== undefined) this.#waits.delete(oldest);
    return wait;
  }

  isOver(waiter: string, wait: ReceiptWait): boolean {
    return this.#waits.get(waiter) !== wait;
  }

  end(waiter: string, wait: ReceiptWait): void {
    if (!this.isOver(waiter, wait)) this.#waits.delete(waiter);
  }

  /** A waiter has published messages that it waits for. */
  join(waiter: string, messages: readonly AwaitedMessage[]): void {
    const wait = this.#waits.get(waiter);
    if (wait) for (const message of messages) wait.set(keyOf(message), message);
    else {
      const joined = [...this.#joined, ...messages.map((message) => ({ waiter, message }))];
      this.#joined = joined.slice(-REMEMBERED_RECEIPTS);
    }
  }
}

function keyOf({ id, msgId }: AwaitedMessage): string {
  return JSON.stringify([id, msgId]);
}
