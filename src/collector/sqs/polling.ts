import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import { SQS_BATCH } from '../../common/defaults.ts';
import { type ReceivedMessage, toReceived } from './received-message.ts';

export interface PollingOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** For how long a receive waits for messages, in seconds. */
  readonly waitSeconds: number;
  /** For how long what comes is hidden, in seconds. */
  readonly visibilitySeconds: number;
  /** Resolves when there is room for more. */
  readonly take: (messages: readonly ReceivedMessage[]) => Promise<void>;
  /** Called with what went wrong, and with nothing once it goes well again. */
  readonly onHealth: (error: Error | undefined) => void;
}

const LONGEST_PAUSE_MS = 30_000;
const LOOK_MS = 10;

/**
 * Receives from a queue, by `sqs-consumer`. Only that: which message is deleted or comes again is decided per aggregate, while the next ones are received already.
 */
export class Polling {
  readonly #consumer: Consumer;
  readonly #stopping = new AbortController();
  #failures = 0;

  constructor({ client, queueUrl, waitSeconds, visibilitySeconds, take, onHealth }: PollingOptions) {
    this.#consumer = Consumer.create({
      sqs: client,
      queueUrl,
      batchSize: SQS_BATCH,
      waitTimeSeconds: waitSeconds,
      visibilityTimeout: visibilitySeconds,
      messageAttributeNames: ['All'],
      messageSystemAttributeNames: ['MessageGroupId', 'SentTimestamp'],
      // Handed-over batches are kept in order here.
      suppressFifoWarning: true,
      shouldDeleteMessages: false,
      // It pauses by itself for some errors only; here every failure pauses.
      authenticationErrorTimeout: 0,
      preReceiveMessageCallback: () => this.#pause(),
      postReceiveMessageCallback: async () => {
        if (this.#failures > 0) onHealth(undefined);
        this.#failures = 0;
      },
      handleMessageBatch: async (messages) => {
        await take(messages.map(toReceived));
        return [];
      },
    });
    this.#consumer.on('error', (error) => {
      if (this.#stopping.signal.aborted) return;
      this.#failures += 1;
      onHealth(error);
    });
  }

  start(): void {
    this.#consumer.start();
  }

  /** Resolves when the last receive has ended, and what it brought is taken. It is not broken off: SQS may have lent messages already, that nobody would know of. */
  async stop(): Promise<void> {
    if (!this.#consumer.status.isRunning) return;
    this.#stopping.abort();
    this.#consumer.stop();
    // Its own wait for that looks once a second.
    while (this.#consumer.status.isPolling) await sleep(LOOK_MS);
  }

  async #pause(): Promise<void> {
    if (this.#failures === 0) return;
    const ms = Math.min(2 ** (this.#failures - 1) * 500, LONGEST_PAUSE_MS);
    await sleep(ms, undefined, { signal: this.#stopping.signal });
  }
}
