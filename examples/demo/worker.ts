// The demo's worker process: an ordinary EventTopic worker whose publishers also tell the parent what SNS acknowledged.
// For a worker without code of your own there is the executable `event-topic-worker`.
import { SNSClient } from '@aws-sdk/client-sns';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import pg from 'pg';
import type { EventMessage, PublishEntry } from 'temporal-event-topic';
import { type EventPublisher, type PublishResult, SnsFifoPublisher } from 'temporal-event-topic/activities';
import { PostgresEventLog } from 'temporal-event-topic/event-log/postgres';
import { createEventTopicWorker } from 'temporal-event-topic/worker';

/** What the worker tells its parent. */
export type WorkerReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'published'; readonly topic: string; readonly message: EventMessage };

class ReportingPublisher implements EventPublisher {
  readonly maxBatchEntries: number;
  readonly #publisher: EventPublisher;

  constructor(publisher: EventPublisher) {
    this.#publisher = publisher;
    this.maxBatchEntries = publisher.maxBatchEntries;
  }

  async publish(
    topic: string,
    entries: readonly PublishEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    const results = await this.#publisher.publish(topic, entries, signal);
    entries.forEach(({ message }, index) => {
      if (results[index]?.ok) report({ kind: 'published', topic, message });
    });
    return results;
  }

  describe(): string {
    return this.#publisher.describe();
  }
}

function report(message: WorkerReport): void {
  process.send?.(message);
}

// A worker of the demo must not outlive it.
process.once('disconnect', () => process.exit());

// The parent shows what matters; Temporal's own log of the throttled attempts would only hide it.
Runtime.install({ logger: new DefaultLogger('ERROR') });
const { TEMPORAL_ADDRESS: address = '', EVENT_TOPICS = '{}', DATABASE = '{}' } = process.env;
const topicArns = JSON.parse(EVENT_TOPICS) as Record<string, string>;
const connection = await NativeConnection.connect({ address });
const client = new SNSClient();
const pool = new pg.Pool(JSON.parse(DATABASE));
const worker = await createEventTopicWorker({
  connection,
  topics: Object.entries(topicArns).map(([topic, topicArn]) => ({
    topic,
    publisher: new ReportingPublisher(new SnsFifoPublisher({ topicArn, client })),
    eventLog: new PostgresEventLog({ pool, topic }),
  })),
});
report({ kind: 'ready' });
await worker.run();
await connection.close();
await pool.end();
process.disconnect?.();
