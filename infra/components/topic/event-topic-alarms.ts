import type * as pulumi from '@pulumi/pulumi';
import { type AlarmSpec, eventsExpire, queueDimensions } from '../alarms.ts';
import type { PublisherDeadLetterQueue } from './dead-letter-queue.ts';

/** What SNS and the publisher's dead-letter queue count, of which each is an event that somebody misses. */
export function eventTopicAlarms(
  topicName: pulumi.Input<string>,
  deadLetterQueue: PublisherDeadLetterQueue | undefined,
): AlarmSpec[] {
  const topic = {
    namespace: 'AWS/SNS',
    dimensions: { TopicName: topicName },
    statistic: 'Sum',
  } as const;
  return [
    {
      ...topic,
      suffix: 'NotificationsFailed',
      metricName: 'NumberOfNotificationsFailed',
      description: 'SNS could not deliver events to a collector: check its queue, queue policy and key',
    },
    {
      ...topic,
      suffix: 'NotificationsLost',
      metricName: 'NumberOfNotificationsFailedToRedriveToDlq',
      description:
        'SNS could neither deliver events nor set them aside, and has dropped them: republish them from the EventLog',
    },
    ...(deadLetterQueue === undefined
      ? []
      : [refusedEvents(deadLetterQueue), eventsExpire(deadLetterQueue.queueArn)]),
  ];
}

/** SNS counts no refused requests; what it refuses for good is here. */
function refusedEvents({ queueArn }: PublisherDeadLetterQueue): AlarmSpec {
  return {
    suffix: 'EventsRefused',
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: queueDimensions(queueArn),
    statistic: 'Maximum',
    description:
      'SNS refused events, which wait in the dead-letter queue: their attributes refusedCode and refusedReason say why',
  };
}
