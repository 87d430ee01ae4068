import type * as pulumi from '@pulumi/pulumi';
import { type ArgumentFault, isKnown, nameFaults, wholeNumberFaults } from './argument-faults.ts';

const MAX_QUEUE_NAME_LENGTH = 80;
const LONGEST_SUFFIX = 'EventCollectorDeadLetter.fifo';
const FIFO_TOPIC_ARN = /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+\.fifo$/;

/** An EventTopic, or what is known of one that another stack deployed. */
export interface EventTopicReference {
  /** Aggregate name. */
  readonly name: string;
  readonly topicArn: pulumi.Input<string>;
}

export interface EventCollectorArgs {
  /** What to subscribe to: EventTopic components, or the name and ARN of topics deployed elsewhere. At least one, each once. */
  readonly eventTopics: readonly EventTopicReference[];

  /**
   * Seconds for which a received message is hidden, and its aggregate's later messages held back, until the consumer deletes it: 0 to
   * 43,200. Longer than handling a batch takes, or a second consumer starts on what the first is still handling. A Lambda consumer
   * wants six times the function's timeout.
   * @default 60
   */
  readonly visibilityTimeoutSeconds?: pulumi.Input<number>;

  /**
   * How many times a message is received and not deleted before SQS sets it aside in the dead-letter queue: 1 to 1,000.
   *
   * This trades order for progress. Until then the aggregate of a poison message waits, and only that one. Afterwards its later
   * events are delivered without the one that failed, and as a batch that fails counts for each of its messages, healthy ones behind
   * the poison message may be set aside too. Redriving the dead-letter queue delivers them after their successors. So choose a
   * number that, multiplied by `visibilityTimeoutSeconds`, outlasts the outages of whatever the consumer depends on.
   * @default 100
   */
  readonly maxReceiveCount?: pulumi.Input<number>;

  /** Tags of both queues, added to the provider's default tags. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Everything that is wrong with the arguments as far as they are known before the deployment. */
export function eventCollectorFaults(name: string, args: EventCollectorArgs): ArgumentFault[] {
  const { visibilityTimeoutSeconds, maxReceiveCount } = args;
  return [
    ...nameFaults(name, MAX_QUEUE_NAME_LENGTH - LONGEST_SUFFIX.length),
    ...eventTopicsFaults(args.eventTopics),
    ...wholeNumberFaults({
      propertyPath: 'visibilityTimeoutSeconds',
      value: visibilityTimeoutSeconds,
      min: 0,
      max: 43_200,
    }),
    ...wholeNumberFaults({ propertyPath: 'maxReceiveCount', value: maxReceiveCount, min: 1, max: 1_000 }),
  ];
}

function eventTopicsFaults(eventTopics: readonly EventTopicReference[]): ArgumentFault[] {
  if (eventTopics.length === 0) {
    return [{ propertyPath: 'eventTopics', reason: 'must hold at least one EventTopic' }];
  }
  return eventTopics.flatMap((topic, index) => [
    ...topicArnFaults(topic, index),
    ...repeatedTopicFaults(eventTopics, index),
  ]);
}

function topicArnFaults({ topicArn }: EventTopicReference, index: number): ArgumentFault[] {
  if (!isKnown(topicArn) || FIFO_TOPIC_ARN.test(topicArn)) return [];
  const reason = `must be the ARN of an SNS FIFO topic, arn:aws:sns:<region>:<account>:<name>.fifo [value=${JSON.stringify(topicArn)}]`;
  return [{ propertyPath: `eventTopics[${index}].topicArn`, reason }];
}

function repeatedTopicFaults(eventTopics: readonly EventTopicReference[], index: number): ArgumentFault[] {
  const name = eventTopics[index]?.name;
  const first = eventTopics.findIndex((topic) => topic.name === name);
  if (first === index) return [];
  return [{ propertyPath: `eventTopics[${index}]`, reason: `repeats eventTopics[${first}] [name=${name}]` }];
}
