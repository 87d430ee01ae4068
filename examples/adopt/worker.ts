// #region worker
import { SNSClient } from '@aws-sdk/client-sns';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { createEventTopicWorker } from 'temporal-event-topic/worker';

const { connectionOptions, namespace } = loadClientConnectConfig();
const connection = await NativeConnection.connect(connectionOptions);
const topicArn = process.env.CUSTOMER_TOPIC_ARN ?? '';
const publisher = new SnsFifoPublisher({ topicArn, client: new SNSClient() });

const worker = await createEventTopicWorker({
  connection,
  namespace,
  topics: [{ topic: 'Customer', publisher }],
});
await worker.run();
// #endregion worker
await connection.close();
