import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  PublishBatchCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DryRun } from '../checks/dry-run.ts';
import type { SubscriptionFacts } from '../checks/subscription.ts';
import type { TopicFacts } from '../checks/topic.ts';
import { read } from '../read.ts';
import { AWS_READING } from './aws-reading.ts';
import { arnOf, collectQueue } from './queue.ts';

export interface AwsClients {
  /** For the topic's region. */
  readonly sns: SNSClient;
  /** For a region: queues need not be in that of their topic. */
  sqs(region: string): SQSClient;
}

export interface TopicAddress {
  readonly topic: string;
  readonly topicArn: string;
  /** Where the worker sends what SNS refuses. Undefined: it parks. */
  readonly deadLetterQueueUrl: string | undefined;
}

export async function collectTopic(
  { topic, topicArn, deadLetterQueueUrl }: TopicAddress,
  clients: AwsClients,
): Promise<TopicFacts> {
  const { sns } = clients;
  const [attributes, dryRun, subscriptions, refused] = await Promise.all([
    read(AWS_READING, async (abortSignal) => {
      const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }), {
        abortSignal,
      });
      return Attributes;
    }),
    read(AWS_READING, (abortSignal) => runDry(sns, topicArn, abortSignal)),
    read(AWS_READING, () => listSubscriptions(sns, topicArn)),
    deadLetterQueueUrl === undefined
      ? undefined
      : collectQueue(arnOf(deadLetterQueueUrl, topicArn), clients.sqs),
  ]);
  return {
    topic,
    topicArn,
    attributes,
    dryRun,
    ...(refused ? { refused } : {}),
    subscriptions:
      'unread' in subscriptions
        ? subscriptions
        : { value: await Promise.all(subscriptions.value.map((one) => collectSubscription(one, clients))) },
  };
}

/**
 * Asks to publish a message that is refused for two reasons, each enough by itself: it is empty, and on a FIFO topic it has no message group. So nothing is
 * published, whatever the caller may do. In a batch SNS refuses messages one by one, after it has taken the request, and that is as far as permissions
 * can be seen from outside.
 */
async function runDry(sns: SNSClient, TopicArn: string, abortSignal: AbortSignal): Promise<DryRun> {
  const PublishBatchRequestEntries = [{ Id: 'event-topic-doctor-dry-run', Message: '' }];
  const { Failed = [] } = await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }), {
    abortSignal,
  });
  return { refused: Failed.map(({ Code = 'without a code' }) => Code) };
}

async function listSubscriptions(client: SNSClient, TopicArn: string): Promise<readonly Subscription[]> {
  const all: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn }))
    all.push(...Subscriptions);
  return all;
}

async function collectSubscription(
  { SubscriptionArn: arn = '', Protocol: protocol = '', Endpoint: endpoint = '' }: Subscription,
  clients: AwsClients,
): Promise<SubscriptionFacts> {
  const attributes = await read(AWS_READING, async (abortSignal) => {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
    return (await clients.sns.send(command, { abortSignal })).Attributes ?? {};
  });
  if (protocol !== 'sqs') return { arn, protocol, endpoint, attributes };
  return { arn, protocol, endpoint, attributes, queue: await collectQueue(endpoint, clients.sqs) };
}
