// #region own-worker
import { fileURLToPath } from 'node:url';
import { SNSClient } from '@aws-sdk/client-sns';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { EventTopicPlugin } from 'temporal-event-topic/worker';

const { connectionOptions, namespace } = loadClientConnectConfig();
const connection = await NativeConnection.connect(connectionOptions);
const topicArn = process.env.CUSTOMER_TOPIC_ARN ?? '';
const publisher = new SnsFifoPublisher({ topicArn, client: new SNSClient() });

const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: 'event-topic',
  workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
  plugins: [new EventTopicPlugin({ topics: [{ topic: 'Customer', publisher }] })],
});
await worker.run();
// #endregion own-worker
await connection.close();
