import {
  CreateTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  DEFAULT_MAX_RECEIVE_COUNT,
  DEFAULT_VISIBILITY_TIMEOUT_SECONDS,
  LONG_POLLING_SECONDS,
  MESSAGE_RETENTION_SECONDS,
} from '../../../infra/components/defaults.ts';
import { CREDENTIALS, REGION } from './region.ts';
import type { CollectorPlan, Topology } from './topology.ts';

const ACCOUNT = '000000000000';

/** What stands in the emulator. */
export interface Provisioned {
  /** ARN by topic name. */
  readonly topics: Readonly<Record<string, string>>;
  /** By collector name. */
  readonly collectors: Readonly<Record<string, ProvisionedCollector>>;
}

export interface ProvisionedCollector {
  readonly topics: readonly string[];
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

interface Clients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** Makes topics and queues as the components `EventTopic` and `EventCollector` do; a test compares both. */
export async function provision(endpoint: string, { topics, collectors }: Topology): Promise<Provisioned> {
  const options = { endpoint, region: REGION, credentials: CREDENTIALS };
  const clients = { sns: new SNSClient(options), sqs: new SQSClient(options) };
  try {
    const arns = await mapEntries(topics, async (topic) => [topic, await createTopic(clients, topic)]);
    const queues = await mapEntries(collectors, async (plan) => [
      plan.name,
      await createCollector(clients, plan, arns),
    ]);
    return { topics: arns, collectors: queues };
  } finally {
    clients.sns.destroy();
    clients.sqs.destroy();
  }
}

async function createTopic({ sns }: Clients, topic: string): Promise<string> {
  const { TopicArn = '' } = await sns.send(
    new CreateTopicCommand({
      Name: `${topic}EventTopic.fifo`,
      Attributes: { FifoTopic: 'true', FifoThroughputScope: 'MessageGroup' },
    }),
  );
  const key = { AttributeName: 'KmsMasterKeyId', AttributeValue: 'alias/aws/sns' };
  await sns.send(new SetTopicAttributesCommand({ TopicArn, ...key }));
  return TopicArn;
}

async function createCollector(
  clients: Clients,
  { name, topics }: CollectorPlan,
  arns: Readonly<Record<string, string>>,
): Promise<ProvisionedCollector> {
  const topicArns = topics.map((topic) => arns[topic] ?? '');
  const deadLetters = await createQueue(clients, `${name}EventCollectorDeadLetter`, {
    topicArns,
    attributes: {},
  });
  const queue = await createQueue(clients, `${name}EventCollector`, {
    topicArns,
    attributes: {
      ReceiveMessageWaitTimeSeconds: String(LONG_POLLING_SECONDS),
      VisibilityTimeout: String(DEFAULT_VISIBILITY_TIMEOUT_SECONDS),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: DEFAULT_MAX_RECEIVE_COUNT,
      }),
    },
  });
  const Attributes = {
    RawMessageDelivery: 'true',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn }),
  };
  for (const TopicArn of topicArns)
    await clients.sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn, Attributes }),
    );
  return { topics, queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url };
}

interface QueuePlan {
  readonly topicArns: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

async function createQueue(
  { sqs }: Clients,
  name: string,
  { topicArns, attributes }: QueuePlan,
): Promise<{ readonly url: string; readonly arn: string }> {
  const QueueName = `${name}.fifo`;
  const fifo = {
    FifoQueue: 'true',
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  };
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName,
      Attributes: { ...fifo, SqsManagedSseEnabled: 'true' } as Record<string, string>,
    }),
  );
  const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`;
  const Attributes = {
    MessageRetentionPeriod: String(MESSAGE_RETENTION_SECONDS),
    Policy: queuePolicy(arn, topicArns),
    ...attributes,
  };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
  return { url, arn };
}

function queuePolicy(queueArn: string, topicArns: readonly string[]): string {
  const everything = { Action: 'sqs:*', Resource: queueArn };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SendFromEventTopics',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArns } },
      },
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        ...everything,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}

async function mapEntries<Item, Value>(
  items: readonly Item[],
  toEntry: (item: Item) => Promise<readonly [string, Value]>,
): Promise<Readonly<Record<string, Value>>> {
  const entries: (readonly [string, Value])[] = [];
  for (const item of items) entries.push(await toEntry(item));
  return Object.fromEntries(entries);
}
