// #region collect
import { SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { EventCollector } from 'temporal-event-topic/collector';
import { PostgresInbox } from 'temporal-event-topic/collector/postgres';
import { Customer } from './customer.ts';

const collector = new EventCollector({
  queueUrl: process.env.CUSTOMER_QUEUE_URL ?? '',
  client: new SQSClient(),
  topics: [Customer],
  inbox: new PostgresInbox({ pool: new pg.Pool() }),
  handlers: {
    Customer: {
      Created: ({ id, event }, { transaction }) =>
        transaction.query('INSERT INTO customers VALUES ($1, $2)', [id, event.name]),
      NameChanged: ({ id, event }, { transaction }) =>
        transaction.query('UPDATE customers SET name = $2 WHERE id = $1', [id, event.name]),
      Deleted: 'ignore',
    },
  },
});
await collector.start();
// #endregion collect
process.once('SIGTERM', async () => {
  await collector.stop();
  process.exit();
});
