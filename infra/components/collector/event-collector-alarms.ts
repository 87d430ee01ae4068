import { type AlarmSpec, eventsExpire, queueDimensions } from '../alarms.ts';
import { DEFAULT_MAX_AGE_SECONDS } from '../defaults.ts';
import type { CollectorQueues } from './collector-queues.ts';
import type { EventCollectorArgs } from './event-collector-args.ts';

/** What says that a collector lags, and what says that it has left events behind. */
export function eventCollectorAlarms(
  { maxAgeSeconds }: EventCollectorArgs,
  { queue, deadLetterQueue }: CollectorQueues,
): AlarmSpec[] {
  return [
    {
      suffix: 'OldestEvent',
      namespace: 'AWS/SQS',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: queueDimensions(queue.arn),
      statistic: 'Maximum',
      threshold: maxAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS,
      description: 'Events wait for too long: the consumer is down, too slow, or fails at one of them',
    },
    {
      suffix: 'EventsSetAside',
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: queueDimensions(deadLetterQueue.arn),
      statistic: 'Maximum',
      description:
        'Events are in the dead-letter queue, which keeps them for 14 days: repair the consumer and redrive them',
    },
    eventsExpire(deadLetterQueue.arn),
  ];
}
