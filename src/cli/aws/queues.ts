import type { SQSClient } from '@aws-sdk/client-sqs';
import { loadPeer } from '../../common/load-peer.ts';
import { usageError } from '../failure.ts';

/** The URL of a queue that is given by its URL or its name. */
export async function queueUrlOf(sqs: SQSClient, queue: string): Promise<string> {
  if (/^https?:\/\//.test(queue)) return queue;
  const { GetQueueUrlCommand } = await sqsCommands();
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  return QueueUrl ?? queue;
}

/** The queue whose dead letters go there. Throws `INVALID_ARGUMENT` unless there is exactly one. */
export async function sourceQueueOf(sqs: SQSClient, deadLetterQueueUrl: string): Promise<string> {
  const { ListDeadLetterSourceQueuesCommand } = await sqsCommands();
  const { queueUrls = [] } = await sqs.send(
    new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetterQueueUrl }),
  );
  const [only] = queueUrls;
  if (only !== undefined && queueUrls.length === 1) return only;
  const found =
    queueUrls.length === 0
      ? 'It is the dead-letter queue of no queue'
      : `It is that of ${queueUrls.join(', ')}`;
  throw usageError([found], { action: 'Say with --to where its letters go' });
}

/** About how many messages are in a queue. */
export async function depthOf(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { GetQueueAttributesCommand } = await sqsCommands();
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
}

function sqsCommands() {
  return loadPeer('@aws-sdk/client-sqs', () => import('@aws-sdk/client-sqs'));
}
