import { defineEventTopic } from 'temporal-event-topic';
import { EventCollector, type Handler, type Inbox } from 'temporal-event-topic/collector';
import { BenchEventSchema } from '../event-schema.ts';
import { TOPIC } from '../queue-fill.ts';
import type { BenchMessage } from '../types.ts';
import { BATCH, type Consuming, VISIBILITY_SECONDS, WAIT_SECONDS } from './index.ts';

const topic = defineEventTopic({ name: TOPIC, event: BenchEventSchema });

export interface CollectorParts<Transaction> {
  readonly inbox: Inbox<Transaction>;
  readonly handle: Handler<BenchMessage, Transaction>;
}

/** Starts this project's collector. Resolves with how to stop it. */
export async function startCollector<Transaction>(
  { client, queueUrl, pollers }: Consuming,
  { inbox, handle }: CollectorParts<Transaction>,
): Promise<() => Promise<void>> {
  const collector = new EventCollector({
    topics: [topic],
    client,
    queueUrl,
    pollers,
    concurrency: pollers * BATCH,
    waitSeconds: WAIT_SECONDS,
    visibilitySeconds: VISIBILITY_SECONDS,
    inbox,
    handle,
  });
  await collector.start();
  return () => collector.stop();
}
