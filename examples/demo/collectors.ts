// The two EventCollectors of the demo: a read model and a side effect, each with a queue and an inbox of its own.
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Pool } from 'pg';
import { EventCollector } from 'temporal-event-topic/collector';
import { PostgresInbox } from 'temporal-event-topic/collector/postgres';
import type { Received } from './check.ts';
import { createNotification, MailService } from './notification.ts';
import { createReadModel, learned } from './read-model.ts';
import type { OnHandled } from './terminal.ts';

export interface Collector {
  readonly name: string;
  received(): Promise<Received>;
  stop(): Promise<void>;
}

export interface CollectorsOptions {
  readonly pool: Pool;
  readonly endpoint: string;
  /** By collector. */
  readonly queueUrls: Readonly<Record<string, string>>;
}

export async function startCollectors(
  { pool, endpoint, queueUrls }: CollectorsOptions,
  onHandled: OnHandled,
): Promise<Collector[]> {
  const client = new SQSClient({ endpoint });
  const inbox = new PostgresInbox({ pool });
  const readModel = createReadModel(onHandled);
  await readModel.init(inbox);
  const queue = (name: string) => ({ client, inbox, queueUrl: queueUrls[name] ?? '', waitSeconds: 1 });

  const models = new EventCollector({ ...readModel.options, ...queue('ReadModel') });
  await models.start();

  const mails = new MailService();
  const notification = new EventCollector({
    ...createNotification(mails, onHandled).options,
    ...queue('Notification'),
  });
  await notification.start();

  return [
    { name: 'ReadModel', received: () => learned(pool), stop: () => models.stop() },
    { name: 'Notification', received: async () => mails.received, stop: () => notification.stop() },
  ];
}
