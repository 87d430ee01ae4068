// One process of the read model's collector: it is killed, too, above all while it handles events.
import { SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { EventCollector } from 'temporal-event-topic/collector';
import { PostgresInbox } from 'temporal-event-topic/collector/postgres';
import { balances } from './read-model.ts';

const { DATABASE = '{}', QUEUE_URL: queueUrl = '', SQS_ENDPOINT: endpoint = '' } = process.env;

process.once('disconnect', () => process.exit());

const pool = new pg.Pool({ ...JSON.parse(DATABASE), max: 10 });
pool.on('error', () => undefined);
const collector = new EventCollector({
  ...balances.options,
  queueUrl,
  client: new SQSClient({ endpoint }),
  inbox: new PostgresInbox({ pool }),
  waitSeconds: 1,
  // A killed process blocks what it had for as long: short, or nothing would be done between two kills.
  handlerTimeoutMs: 1_000,
  visibilitySeconds: 6,
});
await collector.start();
process.send?.('ready');
