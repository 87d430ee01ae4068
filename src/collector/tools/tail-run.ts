import type { DecodeSpec } from '../decode/decode-message.ts';
import { type CollectorLogger, reasonOf } from '../logger.ts';
import { Polling } from '../sqs/polling.ts';
import type { ReceivedMessage } from '../sqs/received-message.ts';
import { SqsQueue } from '../sqs/sqs-queue.ts';
import type { AnyTailOptions } from './tail-options.ts';
import { isNoQueue, TAIL_VISIBILITY_SECONDS, type TailQueue } from './tail-queue.ts';
import { isWanted, type Tailed, type TailSelection, toTailed } from './tailed.ts';
import { toolFailed } from './tool-failed.ts';

export interface TailParts {
  readonly options: AnyTailOptions;
  readonly queue: TailQueue;
  readonly decode: DecodeSpec;
  readonly selection: TailSelection;
  readonly logger: CollectorLogger;
}

/** Shorter than a receive may wait: it is how long a tail takes to end. */
const WAIT_SECONDS = 2;
/** Beyond, messages wait in the queue. */
const MOST_WAITING = 100;

/** One tail, from its queue's creation to its removal. */
export class TailRun {
  readonly #parts: TailParts;
  readonly #aborting = new AbortController();
  /** Received and deleted, not yet shown. */
  readonly #messages: ReceivedMessage[] = [];
  /** What SQS did not delete, and gives again. */
  readonly #undeleted = new Set<string>();
  #polling: Polling | undefined;
  #opening: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #failure: unknown;
  #waiting: (() => void)[] = [];

  constructor(parts: TailParts) {
    this.#parts = parts;
  }

  async *events(): AsyncGenerator<Tailed, void, undefined> {
    const { signal } = this.#parts.options;
    if (signal?.aborted) return;
    // At once, and not when the loop asks for the next event: it may not. Who waits gets what this rejects with.
    const onAbort = (): void => void this.#close().catch(() => undefined);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#opening = this.#open();
      await this.#opening;
      yield* this.#shown();
    } catch (error) {
      this.#failure ??= error;
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      await this.#close();
    }
  }

  async *#shown(): AsyncGenerator<Tailed, void, undefined> {
    const { decode, selection } = this.#parts;
    for (;;) {
      await this.#until(() => this.#messages.length > 0 || this.#isEnding);
      if (this.#failure !== undefined) throw this.#failure;
      const message = this.#closed === undefined ? this.#messages.shift() : undefined;
      if (message === undefined) return;
      this.#wake();
      const { receiptHandle: _, ...queued } = message;
      const tailed = await toTailed(decode, queued, this.#aborting.signal);
      if (this.#closed === undefined && isWanted(selection, tailed)) yield tailed;
    }
  }

  get #isEnding(): boolean {
    return this.#closed !== undefined || this.#failure !== undefined;
  }

  async #open(): Promise<void> {
    const { options, queue } = this.#parts;
    const resources = await queue.create();
    const { queueUrl } = resources;
    const { sqs: client } = options;
    const messages = new SqsQueue(client, queueUrl);
    this.#polling = new Polling({
      client,
      queueUrl,
      waitSeconds: WAIT_SECONDS,
      visibilitySeconds: TAIL_VISIBILITY_SECONDS,
      take: (received) => this.#take(messages, received),
      onHealth: (error) => this.#onHealth(error, queueUrl),
    });
    if (this.#closed === undefined) this.#polling.start();
    options.onSubscribed?.(resources);
  }

  #close(): Promise<void> {
    this.#closed ??= this.#end();
    this.#wake();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#aborting.abort();
    await this.#opening?.catch(() => undefined);
    this.#wake();
    await this.#polling?.stop();
    await this.#parts.queue.remove(this.#failure);
  }

  /** Deleted before it is shown: a FIFO queue gives the next one of an aggregate only then. */
  async #take(queue: SqsQueue, received: readonly ReceivedMessage[]): Promise<void> {
    const fresh = received.filter(({ messageId }) => !this.#undeleted.has(messageId));
    const left = new Set(await queue.delete(received).catch(() => received));
    for (const message of received) {
      if (left.has(message)) this.#undeleted.add(message.messageId);
      else this.#undeleted.delete(message.messageId);
    }
    this.#messages.push(...fresh);
    this.#wake();
    await this.#until(() => this.#messages.length < MOST_WAITING || this.#isEnding);
  }

  #onHealth(error: Error | undefined, queueUrl: string): void {
    const { logger } = this.#parts;
    if (error === undefined) logger.info('The tail receives again', { queueUrl });
    else if (isNoQueue(error)) this.#fail(error, queueUrl);
    else logger.warn('The tail cannot receive, and tries again', { queueUrl, reason: reasonOf(error) });
  }

  #fail(cause: Error, queueUrl: string): void {
    const { topicArn } = this.#parts.options;
    this.#failure ??= toolFailed('The queue of the tail is gone', {
      details: { topicArn, queueUrl },
      action: 'Begin another one; if removeLeftTails() took it, give that a larger olderThanMs',
      cause,
    });
    this.#wake();
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
