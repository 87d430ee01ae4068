import { SQS_BATCH } from '../../common/defaults.ts';
import type { ReceivedMessage } from './received-message.ts';
import type { SqsQueue } from './sqs-queue.ts';

/** What is extended when this part of its time is left. */
const EXTEND_BELOW = 2 / 3;
const LOOK_EVERY_MS = 500;

/** Keeps messages lent to this process for as long as it has them: SQS hands out again what is not deleted in time. */
export class Visibility {
  readonly #queue: Pick<SqsQueue, 'hide'>;
  readonly #lentMs: number;
  /** Until when each message is hidden, by this process's clock. */
  readonly #until = new Map<ReceivedMessage, number>();
  #timer: NodeJS.Timeout | undefined;
  #isExtending = false;

  constructor(queue: Pick<SqsQueue, 'hide'>, visibilitySeconds: number) {
    this.#queue = queue;
    this.#lentMs = visibilitySeconds * 1_000;
  }

  get size(): number {
    return this.#until.size;
  }

  add(messages: readonly ReceivedMessage[]): void {
    const until = Date.now() + this.#lentMs;
    for (const message of messages) this.#until.set(message, until);
    if (this.#until.size === 0) return;
    this.#timer ??= setInterval(() => void this.#extendDue(), Math.min(LOOK_EVERY_MS, this.#lentMs / 6));
  }

  remove(messages: readonly ReceivedMessage[]): void {
    for (const message of messages) this.#until.delete(message);
    if (this.#until.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whether nobody else gets the message for that long; extends it for that, if need be. */
  async lasts(message: ReceivedMessage, ms: number): Promise<boolean> {
    const until = this.#until.get(message);
    if (until === undefined) return false;
    if (until - Date.now() >= ms) return true;
    await this.#extend([...this.#until.keys()].filter(({ group }) => group === message.group));
    return (this.#until.get(message) ?? 0) - Date.now() >= ms;
  }

  async #extendDue(): Promise<void> {
    if (this.#isExtending) return;
    this.#isExtending = true;
    const now = Date.now();
    const due = now + this.#lentMs * EXTEND_BELOW;
    // What is over is lent to somebody else by now.
    const messages = [...this.#until].filter(([, until]) => until < due && until > now);
    await this.#extend(messages.map(([message]) => message));
    this.#isExtending = false;
  }

  async #extend(messages: readonly ReceivedMessage[]): Promise<void> {
    for (let at = 0; at < messages.length; at += SQS_BATCH)
      await this.#extendBatch(messages.slice(at, at + SQS_BATCH));
  }

  /** What SQS does not extend keeps the end that it has: nothing of it is begun when that is too near. */
  async #extendBatch(messages: readonly ReceivedMessage[]): Promise<void> {
    const until = Date.now() + this.#lentMs;
    try {
      const lost = new Set(await this.#queue.hide(messages, this.#lentMs / 1_000));
      for (const message of messages)
        if (this.#until.has(message) && !lost.has(message)) this.#until.set(message, until);
    } catch {
      // The next look tries again.
    }
  }
}
