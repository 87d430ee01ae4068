import * as sns from '@pulumi/aws/sns/index.js';
import * as pulumi from '@pulumi/pulumi';
import { arnParts } from '../arn.ts';
import type { Scope } from '../scope.ts';
import type { CollectorQueues } from './collector-queues.ts';
import type { EventCollectorArgs, EventTopicReference } from './event-collector-args.ts';
import { filterPolicy } from './filter-policy.ts';

/** One subscription for each topic. */
export function subscribe(
  scope: Scope,
  args: EventCollectorArgs,
  queues: CollectorQueues,
): sns.TopicSubscription[] {
  const options = { ...filterPolicy(args), ...replayPolicy(args) };
  return args.eventTopics.map(
    (topic) =>
      new sns.TopicSubscription(
        `${scope.name}-${topic.name}`,
        { ...subscriptionArgs(topic, queues), ...options },
        {
          ...scope.child,
          ...(topic.provider === undefined ? {} : { provider: topic.provider }),
          // Subscribed before it may send, SNS would drop what is published in between.
          dependsOn: [...queues.policies],
        },
      ),
  );
}

function subscriptionArgs(topic: EventTopicReference, queues: CollectorQueues): sns.TopicSubscriptionArgs {
  const place = pulumi.all([topic.topicArn, queues.queue.arn]).apply(([topicArn, queueArn]) => ({
    topicRegion: arnParts(topicArn).region,
    queueRegion: arnParts(queueArn).region,
  }));
  return {
    topic: topic.topicArn,
    // A subscription lives in its topic's region.
    region: place.apply(({ topicRegion, queueRegion }) =>
      topicRegion === queueRegion ? undefined : topicRegion,
    ) as pulumi.Output<string>,
    protocol: 'sqs',
    endpoint: queues.queue.arn,
    rawMessageDelivery: true,
    redrivePolicy: redrivePolicy(topic, queues, place),
  };
}

/** SNS sets aside only into a queue of the topic's region. */
function redrivePolicy(
  { deadLetterQueueArn }: EventTopicReference,
  { deadLetterQueue }: CollectorQueues,
  place: pulumi.Output<{ topicRegion: string; queueRegion: string }>,
): pulumi.Output<string> {
  if (deadLetterQueueArn !== undefined)
    return pulumi.jsonStringify({ deadLetterTargetArn: deadLetterQueueArn });
  return pulumi
    .all([place, deadLetterQueue.arn])
    .apply(([{ topicRegion, queueRegion }, deadLetterTargetArn]) =>
      topicRegion === queueRegion ? JSON.stringify({ deadLetterTargetArn }) : undefined,
    ) as pulumi.Output<string>;
}

function replayPolicy({ replayFrom, replayTo }: EventCollectorArgs): {
  replayPolicy?: pulumi.Output<string>;
} {
  if (replayFrom === undefined) return {};
  const point = { PointType: 'Timestamp', StartingPoint: replayFrom, EndingPoint: replayTo };
  return { replayPolicy: pulumi.jsonStringify(point) };
}
