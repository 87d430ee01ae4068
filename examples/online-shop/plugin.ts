import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Pool } from 'pg';
import type { CollectorLogger } from 'temporal-event-topic/collector';
import { PostgresInbox } from 'temporal-event-topic/collector/postgres';
import { FailingInbox } from './failing-inbox.ts';

export interface PluginOptions<QueueName extends string> {
  readonly pool: Pool;
  readonly sqs: SQSClient;
  readonly queueUrls: Readonly<Record<QueueName, string>>;
  /** Lets every event fail once, in every collector; what is then said of it is nothing new. */
  readonly failOnce: boolean;
}

/** What the participants of a plugin run on: its database, and its queues. */
export class Plugin<QueueName extends string> {
  readonly pool: Pool;
  readonly inbox: PostgresInbox<Pool>;
  readonly #options: PluginOptions<QueueName>;

  constructor(options: PluginOptions<QueueName>) {
    const { pool, failOnce } = options;
    this.pool = pool;
    this.inbox = failOnce ? new FailingInbox({ pool }) : new PostgresInbox({ pool });
    this.#options = options;
  }

  /** What every collector is told: where it reads, and where it remembers. */
  queue(name: QueueName) {
    const { sqs, queueUrls, failOnce } = this.#options;
    return {
      queueUrl: queueUrls[name],
      client: sqs,
      inbox: this.inbox,
      // Stopping takes as long; with nobody else on the queues, there is nothing to save.
      waitSeconds: 1,
      ...(failOnce ? { logger: silent } : {}),
    };
  }
}

export type Shop = Plugin<
  'Order' | 'Inventory' | 'Payment' | 'Dispatch' | 'Notification' | 'OrderStatus' | 'Causation'
>;

const silent: CollectorLogger = { info() {}, warn() {}, error() {} };
