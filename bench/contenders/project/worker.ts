// The package's worker, with its defaults.
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { createSnsClient } from '../../sns-client.ts';
import { runWorker } from '../worker-process.ts';

await runWorker((connection, { taskQueue, topic, topicArn, endpoint, worker = {} }) => {
  const { sameAggregateBatching = false, ...options } = worker;
  const publisher = new SnsFifoPublisher({ topicArn, client: createSnsClient(endpoint) });
  return createEventTopicWorker({
    ...options,
    connection,
    taskQueue,
    topics: [{ topic, publisher, sameAggregateBatching }],
  });
});
