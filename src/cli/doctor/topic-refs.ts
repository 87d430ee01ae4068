import { EventTopicError } from '../../common/errors.ts';
import { isTopicName } from '../../common/topic-name.ts';
import type { readTopics } from '../../worker/environment/topics.ts';

/** A topic that is looked at, and where it is published to. */
export interface TopicRef {
  readonly topic: string;
  /** Absent: only Temporal can be asked about it. */
  readonly topicArn?: string;
  /** Where the worker sends what SNS refuses. Absent: it parks. */
  readonly deadLetterQueueUrl?: string;
}

/** What the command line says of topics. */
export interface TopicSelection {
  /** The only one. Absent: every one that is known. */
  readonly topic?: string | undefined;
  readonly topicArn?: readonly string[] | undefined;
}

/** The topics of the command line, else those of `EVENT_TOPICS` as the worker reads it. Throws `INVALID_ENVIRONMENT` when that is wrong. */
export async function topicRefs(
  { topic, topicArn: arns = [] }: TopicSelection,
  env: NodeJS.ProcessEnv,
  readWorkerTopics: typeof readTopics,
): Promise<readonly TopicRef[]> {
  const known =
    arns.length > 0 ? arns.map((arn) => fromArn(arn, topic)) : await fromEnvironment(env, readWorkerTopics);
  if (topic === undefined) return known;
  return [known.find((ref) => ref.topic === topic) ?? { topic }];
}

const ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:([A-Za-z0-9_-]{1,256})(\.fifo)?$/;

/** The component names the SNS topic `CustomerEventTopic.fifo`; any other needs its topic's name besides. */
function fromArn(topicArn: string, topic: string | undefined): TopicRef {
  const [, resource = ''] = ARN.exec(topicArn) ?? [];
  const name = topic ?? resource.replace(/EventTopic$/, '');
  if (resource !== '' && isTopicName(name)) return { topic: name, topicArn };
  throw new EventTopicError('INVALID_ARGUMENT', 'Not the ARN of an SNS topic', {
    details: { topicArn },
    action: 'Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it',
  });
}

async function fromEnvironment(
  env: NodeJS.ProcessEnv,
  readWorkerTopics: typeof readTopics,
): Promise<readonly TopicRef[]> {
  if (!env['EVENT_TOPICS'] && !env['EVENT_TOPICS_FILE']) return [];
  const topics = await readWorkerTopics(env);
  return topics.map(({ topic, publisher, deadLetterQueue }) => ({
    topic: typeof topic === 'string' ? topic : topic.name,
    topicArn: publisher.describe(),
    ...(deadLetterQueue ? { deadLetterQueueUrl: deadLetterQueue.describe() } : {}),
  }));
}
