import { about, type Finding, type Subject } from '../finding.ts';
import type { Read } from '../read.ts';
import { type Attributes, isMissing, toSee } from './aws.ts';
import { checkDryRun, type DryRun } from './dry-run.ts';
import { checkRefusedQueue, type QueueFacts } from './queue.ts';
import { checkSubscription, type SubscriptionFacts } from './subscription.ts';

/** What AWS says of the SNS topic of an EventTopic, and of what is subscribed to it. */
export interface TopicFacts {
  readonly topic: string;
  readonly topicArn: string;
  readonly attributes: Read<Attributes>;
  readonly dryRun: Read<DryRun>;
  readonly subscriptions: Read<readonly SubscriptionFacts[]>;
  /** Where the worker sends what SNS refuses. Absent: it parks. */
  readonly refused?: QueueFacts;
}

/** Everything about one topic; what is behind a topic that is not there is not said. */
export function checkTopic(facts: TopicFacts): readonly Finding[] {
  const { topicArn, attributes, subscriptions, refused } = facts;
  const topic = about('topic', topicArn);
  if ('unread' in attributes && isMissing(attributes.unread.code)) return [missing(topic)];
  return [
    ...('unread' in attributes
      ? [
          topic.warn(
            `SNS does not tell its attributes: ${attributes.unread.reason}`,
            toSee('sns:GetTopicAttributes'),
          ),
        ]
      : checkAttributes(topic, attributes.value)),
    checkDryRun(topicArn, facts.dryRun),
    ...('unread' in subscriptions
      ? [
          topic.warn(
            `SNS does not tell who is subscribed: ${subscriptions.unread.reason}`,
            toSee('sns:ListSubscriptionsByTopic'),
          ),
        ]
      : checkSubscriptions(topic, topicArn, subscriptions.value)),
    ...(refused === undefined ? [] : checkRefusedQueue(refused)),
  ];
}

function missing(topic: Subject): Finding {
  return topic.wrong(
    'There is no such SNS topic: nothing of it is published, and its events wait',
    'Correct the ARN in EVENT_TOPICS, or deploy the topic; its publishers go on by themselves within two minutes',
  );
}

function checkAttributes(topic: Subject, attributes: Attributes): readonly Finding[] {
  const { KmsMasterKeyId: key, FifoTopic } = attributes;
  const isFifo = FifoTopic === 'true';
  return [
    isFifo
      ? fifo(topic, attributes)
      : topic.warn(
          'It is a standard topic: collectors get events in any order',
          'Nothing, if that is meant; a FIFO topic keeps the order of each aggregate',
        ),
    ...(key === undefined || key === ''
      ? [
          topic.warn(
            'SNS does not encrypt it',
            'The component EventTopic encrypts its topic; or set KmsMasterKeyId to alias/aws/sns',
          ),
        ]
      : [encryption(topic, key)]),
  ];
}

function fifo(
  topic: Subject,
  { FifoThroughputScope: scope, ContentBasedDeduplication: byContent }: Attributes,
): Finding {
  const throughput =
    scope === 'MessageGroup'
      ? 'throughput and deduplication for each aggregate'
      : 'throughput and deduplication for the topic as a whole';
  if (scope !== 'MessageGroup')
    return topic.warn(
      `FIFO, with ${throughput}: at most 3,000 events a second, and one msgId in two aggregates is published once`,
      'Set FifoThroughputScope to MessageGroup, as the component EventTopic does; AWS does not take that back',
    );
  // The publisher gives every message its msgId for that, so the content is never asked.
  const unused = byContent === 'true' ? '; its deduplication by content is not used' : '';
  return topic.ok(`FIFO, with ${throughput}${unused}`);
}

function encryption(topic: Subject, key: string): Finding {
  if (key === AWS_MANAGED_KEY) return topic.ok("Encrypted with AWS's own key");
  return topic.ok(
    `Encrypted with the key ${key}; whether the worker may use it shows when it publishes: KMSAccessDenied on a status`,
  );
}

const AWS_MANAGED_KEY = 'alias/aws/sns';

function checkSubscriptions(
  topic: Subject,
  topicArn: string,
  subscriptions: readonly SubscriptionFacts[],
): readonly Finding[] {
  if (subscriptions.length === 0)
    return [
      topic.warn(
        'Nothing is subscribed to it: what is published goes nowhere',
        'Deploy a collector: the component EventCollector',
      ),
    ];
  return subscriptions.flatMap((subscription) => checkSubscription(topicArn, subscription));
}
