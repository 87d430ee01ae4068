import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, ListQueueTagsCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { invalidArgument, isRecord, type KeysOf, optionFaults, wholeFaults } from '../../common/arguments.ts';
import { reasonOf } from '../logger.ts';
import { refuseCollector } from '../refuse-collector.ts';
import {
  createdAtOf,
  deleteQueue,
  isNoQueue,
  TAIL_PREFIX,
  TAIL_TAG,
  tagOf,
  unsubscribe,
} from './tail-queue.ts';
import { clientFaults, topicArnFaults } from './tool-options.ts';

/** What {@link removeLeftTails} is told. */
export interface LeftTailsOptions {
  /** ARN of the SNS topic whose tails are looked for. */
  readonly topicArn: string;
  /** Client for the topic's region. Needs `sns:ListSubscriptionsByTopic` and `sns:Unsubscribe`. */
  readonly sns: SNSClient;
  /** Client with which the tails ran. Needs `sqs:ListQueues`, `ListQueueTags` and `DeleteQueue`. */
  readonly sqs: SQSClient;
  /** A tail that was begun longer ago is taken for left, also if it still runs: it then ends with an error. In milliseconds, 0 to a year. Default: 86,400,000, a day. */
  readonly olderThanMs?: number;
}

/** What {@link removeLeftTails} came to. */
export interface LeftTailsRemoved {
  /** ARNs of subscriptions that were removed. */
  readonly subscriptions: readonly string[];
  /** URLs of queues that were removed. */
  readonly queues: readonly string[];
  /** What could not be removed and is still there. */
  readonly failed: readonly { readonly resource: string; readonly reason: string }[];
}

const KEYS: KeysOf<LeftTailsOptions> = { topicArn: true, sns: true, sqs: true, olderThanMs: true };
const DAY_MS = 86_400_000;
const PAGE = 1_000;

/**
 * Removes what tails of a topic left behind whose process was killed: queues with the tag of such a tail, and subscriptions of such queues, also of those that are gone. May be repeated.
 * Throws when SNS or SQS do not list what there is.
 */
export async function removeLeftTails(options: LeftTailsOptions): Promise<LeftTailsRemoved> {
  check(options);
  const { sns, sqs, olderThanMs = DAY_MS } = options;
  const before = Date.now() - olderThanMs;
  const isLeft = (name: string): boolean => (createdAtOf(name) ?? Number.POSITIVE_INFINITY) <= before;
  const failed: { resource: string; reason: string }[] = [];
  const remove = async (resource: string, work: Promise<void>): Promise<readonly string[]> => {
    try {
      await work;
      return [resource];
    } catch (error) {
      failed.push({ resource, reason: reasonOf(error) });
      return [];
    }
  };
  const found = {
    subscriptions: await leftSubscriptions(options, isLeft),
    queues: await leftQueues(options, isLeft),
  };
  const subscriptions: string[] = [];
  const queues: string[] = [];
  // One after the other: SNS allows few such requests a second.
  for (const arn of found.subscriptions) subscriptions.push(...(await remove(arn, unsubscribe(sns, arn))));
  for (const url of found.queues) queues.push(...(await remove(url, deleteQueue(sqs, url))));
  return { subscriptions, queues, failed };
}

async function leftSubscriptions(
  { sns, topicArn }: LeftTailsOptions,
  isLeft: (name: string) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  let next: string | undefined;
  do {
    const { Subscriptions = [], NextToken } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken: next }),
    );
    next = NextToken;
    // Until it is confirmed it has no ARN, and cannot be removed; SNS does that by itself.
    for (const { Protocol, Endpoint = '', SubscriptionArn = '' } of Subscriptions)
      if (Protocol === 'sqs' && SubscriptionArn.startsWith('arn:') && isLeft(lastOf(Endpoint, ':')))
        found.push(SubscriptionArn);
  } while (next !== undefined);
  return found;
}

async function leftQueues(
  { sqs, topicArn }: LeftTailsOptions,
  isLeft: (name: string) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  let next: string | undefined;
  do {
    const { QueueUrls = [], NextToken } = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: TAIL_PREFIX, MaxResults: PAGE, NextToken: next }),
    );
    next = NextToken;
    for (const url of QueueUrls)
      if (isLeft(lastOf(url, '/')) && (await topicTagOf(sqs, url)) === tagOf(topicArn)) found.push(url);
  } while (next !== undefined);
  return found;
}

function lastOf(text: string, separator: string): string {
  return text.split(separator).at(-1) ?? '';
}

async function topicTagOf(sqs: SQSClient, QueueUrl: string): Promise<string | undefined> {
  try {
    const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
    return Tags?.[TAIL_TAG];
  } catch (error) {
    // SQS lists queues for a while after they were deleted.
    if (isNoQueue(error)) return undefined;
    throw error;
  }
}

function check(options: unknown): void {
  if (!isRecord(options)) throw invalidArgument('removeLeftTails(options)', optionFaults(options, KEYS));
  refuseCollector('The call of removeLeftTails', [
    ...optionFaults(options, KEYS),
    ...topicArnFaults(options['topicArn']),
    ...clientFaults('sns', 'SNSClient', options['sns']),
    ...clientFaults('sqs', 'SQSClient', options['sqs']),
    ...wholeFaults('olderThanMs', options['olderThanMs'], { from: 0, to: 365 * DAY_MS }),
  ]);
}
