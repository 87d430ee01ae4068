// A worker of your own that shows its metrics as the executable does with METRICS_ADDRESS.
import { SNSClient } from '@aws-sdk/client-sns';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { createEventTopicWorker, HISTOGRAM_BUCKETS } from 'temporal-event-topic/worker';

// #region metrics
// Before anything else of Temporal's.
Runtime.install({
  telemetryOptions: {
    metrics: {
      prometheus: {
        bindAddress: process.env.METRICS_ADDRESS ?? '0.0.0.0:9464',
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
        histogramBucketOverrides: HISTOGRAM_BUCKETS,
      },
    },
  },
});
// #endregion metrics

const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const topicArn = process.env.CUSTOMER_TOPIC_ARN ?? '';
const publisher = new SnsFifoPublisher({ topicArn, client: new SNSClient() });
const worker = await createEventTopicWorker({ connection, topics: [{ topic: 'Customer', publisher }] });
await worker.run();
await connection.close();
