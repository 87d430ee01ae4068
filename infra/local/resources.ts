import { bucket } from './buckets.ts';
import { provider } from './provider.ts';
import { queue, queuePolicy } from './queues.ts';
import type { ResourceType } from './resource-type.ts';
import { topicSubscription } from './subscriptions.ts';
import { topic, topicPolicy } from './topics.ts';

/** The types of resources that the emulator has. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map([
  ['aws:s3/bucket:Bucket', bucket],
  ['aws:sns/topic:Topic', topic],
  ['aws:sns/topicPolicy:TopicPolicy', topicPolicy],
  ['aws:sns/topicSubscription:TopicSubscription', topicSubscription],
  ['aws:sqs/queue:Queue', queue],
  ['aws:sqs/queuePolicy:QueuePolicy', queuePolicy],
  ['pulumi:providers:aws', provider],
]);
