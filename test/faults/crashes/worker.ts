// The worker of the crash run: publishes the topic, and does what its relay wants. It is killed too.
import { SNSClient } from '@aws-sdk/client-sns';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import pg from 'pg';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { Account, openEventLog } from './shop.ts';

const { DATABASE = '{}', TEMPORAL_ADDRESS: address = '', TOPIC_ARN: topicArn = '' } = process.env;

process.once('disconnect', () => process.exit());

Runtime.install({ logger: new DefaultLogger('ERROR') });
const pool = new pg.Pool({ ...JSON.parse(DATABASE), max: 4 });
pool.on('error', () => undefined);
const connection = await NativeConnection.connect({ address });
const publisher = new SnsFifoPublisher({ topicArn, client: new SNSClient() });
const worker = await createEventTopicWorker({
  connection,
  topics: [{ topic: Account, publisher, eventLog: openEventLog(pool) }],
});
process.send?.('ready');
await worker.run();
