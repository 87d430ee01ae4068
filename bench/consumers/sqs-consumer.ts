import type { Message } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import type { BenchMessage } from '../types.ts';
import { BATCH, type Consuming, VISIBILITY_SECONDS, WAIT_SECONDS } from './index.ts';

/** A batch's handler. Resolves with the messages that may be deleted. */
export type HandleBatch = (messages: Message[]) => Promise<Message[]>;

export interface AttributesWanted {
  /** Of the message, and SQS's own. Default: none. */
  readonly withAttributes?: boolean;
}

/** Starts `sqs-consumer` in batch mode, as often as there are pollers. Resolves with how to stop it. */
export async function startSqsConsumers(
  { client, queueUrl, pollers }: Consuming,
  handleMessageBatch: HandleBatch,
  { withAttributes = false }: AttributesWanted = {},
): Promise<() => Promise<void>> {
  const consumers = Array.from({ length: pollers }, () =>
    Consumer.create({
      sqs: client,
      queueUrl,
      batchSize: BATCH,
      waitTimeSeconds: WAIT_SECONDS,
      visibilityTimeout: VISIBILITY_SECONDS,
      suppressFifoWarning: true,
      handleMessageBatch,
      ...(withAttributes ? { messageAttributeNames: ['All'], messageSystemAttributeNames: ['All'] } : {}),
    }),
  );
  for (const consumer of consumers) {
    // What was in flight when it was stopped is broken off. All else fails the run: an error event without a listener ends the process.
    consumer.on('error', (error) => {
      if (consumer.status.isRunning) throw error;
    });
    consumer.start();
  }
  return async () => {
    for (const consumer of consumers) consumer.stop({ abort: true });
  };
}

export function messageIn(body: string | undefined): BenchMessage {
  return JSON.parse(body ?? '') as BenchMessage;
}
