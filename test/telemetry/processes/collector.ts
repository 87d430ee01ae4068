// A collector whose process is traced. What it handles it publishes again, in another topic: that belongs to the same trace.
import { SQSClient } from '@aws-sdk/client-sqs';
import { Client, Connection } from '@temporalio/client';
import { EventTopic } from '../../../src/client/index.ts';
import { EventCollector } from '../../../src/collector/index.ts';
import { createMetaCausedBy, defineEventTopic } from '../../../src/index.ts';
import { Customer } from '../../support/customer.ts';
import { traceToStdout } from './tracing.ts';

const { TEMPORAL_ADDRESS, TASK_QUEUE, QUEUE_URL = '' } = process.env;
traceToStdout();
const connection = await Connection.connect({ address: TEMPORAL_ADDRESS });
const client = new Client({ connection });
const Greeting = defineEventTopic({ name: 'Greeting', event: Customer.event });
const greetings = new EventTopic(Greeting, { client, taskQueue: TASK_QUEUE });
const collector = new EventCollector({
  name: 'Welcome',
  queueUrl: QUEUE_URL,
  client: new SQSClient(),
  topics: [Customer],
  waitSeconds: 1,
  handle: async (message) => {
    const meta = createMetaCausedBy(message, { service: 'welcome' });
    await greetings.publish([{ ...message, meta }]);
  },
});
await collector.start();
process.stderr.write('running\n');
process.once('SIGTERM', async () => {
  await collector.stop();
  await connection.close();
});
