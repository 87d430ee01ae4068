import { type ArgumentFault, choiceFaults, faultIf, isKnown, textFaults } from '../argument-faults.ts';
import { FIFO_QUEUE, STANDARD_QUEUE } from '../identifiers.ts';
import type { EventTopicType } from '../topic/event-topic-args.ts';
import type { EventCollectorArgs, EventTopicReference } from './event-collector-args.ts';

const TOPIC_ARN = {
  pattern: /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/,
  rule: 'the ARN of an SNS topic, arn:aws:sns:<region>:<account>:<name>.fifo',
};

/** What is wrong with the topics of a collector, each by itself and for this collector. */
export function eventTopicsFaults(args: EventCollectorArgs): ArgumentFault[] {
  const { eventTopics } = args;
  if (eventTopics.length === 0)
    return [{ propertyPath: 'eventTopics', reason: 'must hold at least one EventTopic' }];
  return eventTopics.flatMap((topic, index) => [
    ...referenceFaults(topic, `eventTopics[${index}]`),
    ...repeatedTopicFaults(eventTopics, index),
    ...subscriptionFaults(topic, `eventTopics[${index}]`, args),
  ]);
}

function referenceFaults({ topicArn, type }: EventTopicReference, path: string): ArgumentFault[] {
  const told = typeOf(topicArn);
  return [
    ...textFaults({ ...TOPIC_ARN, propertyPath: `${path}.topicArn`, value: topicArn }),
    ...choiceFaults(`${path}.type`, type, ['fifo', 'standard']),
    ...faultIf(
      type !== undefined && told !== undefined && type !== told,
      `${path}.type`,
      `must be "${told}", as the ARN says [value="${type}"]`,
    ),
  ];
}

function subscriptionFaults(
  topic: EventTopicReference,
  path: string,
  { type = 'fifo', filterBody, replayFrom }: EventCollectorArgs,
): ArgumentFault[] {
  const isStandard = (topic.type ?? typeOf(topic.topicArn)) === 'standard';
  const rule = type === 'fifo' ? FIFO_QUEUE : STANDARD_QUEUE;
  return [
    ...faultIf(
      isStandard && type === 'fifo',
      path,
      `is a standard topic, which SNS delivers to standard queues only: set type to "standard", or make the topic FIFO [name=${topic.name}]`,
    ),
    ...faultIf(
      isStandard && replayFrom !== undefined,
      path,
      `is a standard topic, which has no archive to replay from [name=${topic.name}]`,
    ),
    ...faultIf(
      topic.claimCheckBucket !== undefined && filterBody !== undefined,
      path,
      `has a claim-check bucket, and SNS cannot see the body of a large event: filter by attributes [name=${topic.name}]`,
    ),
    ...textFaults({
      pattern: rule.pattern,
      rule: rule.rule.replace('topic', 'collector'),
      propertyPath: `${path}.deadLetterQueueArn`,
      value: topic.deadLetterQueueArn,
    }),
  ];
}

/** What an ARN says, as far as it is known and one of a topic. */
function typeOf(topicArn: EventTopicReference['topicArn']): EventTopicType | undefined {
  if (!isKnown(topicArn) || !TOPIC_ARN.pattern.test(topicArn)) return undefined;
  return topicArn.endsWith('.fifo') ? 'fifo' : 'standard';
}

/** By name, as its resources would have the same; or by ARN, of which SNS has one subscription for each queue. */
function repeatedTopicFaults(eventTopics: readonly EventTopicReference[], index: number): ArgumentFault[] {
  const topic = eventTopics[index];
  const first = eventTopics.findIndex((other) => topic !== undefined && isSameTopic(other, topic));
  return faultIf(
    first !== index,
    `eventTopics[${index}]`,
    `repeats eventTopics[${first}] [name=${topic?.name}]`,
  );
}

function isSameTopic(one: EventTopicReference, other: EventTopicReference): boolean {
  return one.name === other.name || (isKnown(one.topicArn) && one.topicArn === other.topicArn);
}
