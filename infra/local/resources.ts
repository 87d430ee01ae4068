import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Emulator } from './emulator.ts';
import { type Inputs, text, toAttributes, toTags } from './inputs.ts';

/** What Pulumi learns of a resource once it exists. */
export interface AppliedResource {
  readonly id: string;
  /** Output properties that are not inputs. */
  readonly outputs: Readonly<Record<string, string>>;
}

export type ApplyResource = (inputs: Inputs, emulator: Emulator) => Promise<AppliedResource>;

/** How each type of resource that the components create is made through the API. Repeated, each call finds what it made. */
export const applyByType: ReadonlyMap<string, ApplyResource> = new Map([
  ['aws:sns/topic:Topic', applyTopic],
  ['aws:sns/topicSubscription:TopicSubscription', applyTopicSubscription],
  ['aws:sqs/queue:Queue', applyQueue],
  ['aws:sqs/queuePolicy:QueuePolicy', applyQueuePolicy],
]);

const TOPIC_ATTRIBUTES = { fifoTopic: 'FifoTopic', fifoThroughputScope: 'FifoThroughputScope' };

const SUBSCRIPTION_ATTRIBUTES = { rawMessageDelivery: 'RawMessageDelivery' };

const QUEUE_ATTRIBUTES = {
  fifoQueue: 'FifoQueue',
  deduplicationScope: 'DeduplicationScope',
  fifoThroughputLimit: 'FifoThroughputLimit',
  messageRetentionSeconds: 'MessageRetentionPeriod',
  sqsManagedSseEnabled: 'SqsManagedSseEnabled',
  visibilityTimeoutSeconds: 'VisibilityTimeout',
  redrivePolicy: 'RedrivePolicy',
};

async function applyTopic({ name, tags, ...inputs }: Inputs, { sns }: Emulator): Promise<AppliedResource> {
  const command = new CreateTopicCommand({
    Name: text(name, 'name'),
    Attributes: toAttributes(inputs, TOPIC_ATTRIBUTES),
    Tags: Object.entries(toTags(tags)).map(([Key, Value]) => ({ Key, Value })),
  });
  const arn = text((await sns.send(command)).TopicArn, 'TopicArn');
  return { id: arn, outputs: { arn } };
}

async function applyTopicSubscription(
  { topic, protocol, endpoint, ...inputs }: Inputs,
  { sns }: Emulator,
): Promise<AppliedResource> {
  const command = new SubscribeCommand({
    TopicArn: text(topic, 'topic'),
    Protocol: text(protocol, 'protocol'),
    Endpoint: text(endpoint, 'endpoint'),
    Attributes: toAttributes(inputs, SUBSCRIPTION_ATTRIBUTES),
    ReturnSubscriptionArn: true,
  });
  const arn = text((await sns.send(command)).SubscriptionArn, 'SubscriptionArn');
  return { id: arn, outputs: { arn } };
}

async function applyQueue({ name, tags, ...inputs }: Inputs, { sqs }: Emulator): Promise<AppliedResource> {
  const command = new CreateQueueCommand({
    QueueName: text(name, 'name'),
    Attributes: toAttributes(inputs, QUEUE_ATTRIBUTES),
    tags: toTags(tags),
  });
  const url = text((await sqs.send(command)).QueueUrl, 'QueueUrl');
  const question = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
  const arn = text((await sqs.send(question)).Attributes?.['QueueArn'], 'QueueArn');
  return { id: url, outputs: { url, arn } };
}

async function applyQueuePolicy(
  { queueUrl, policy, ...inputs }: Inputs,
  { sqs }: Emulator,
): Promise<AppliedResource> {
  const url = text(queueUrl, 'queueUrl');
  const Attributes = { ...toAttributes(inputs, {}), Policy: text(policy, 'policy') };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
  return { id: url, outputs: {} };
}
