import { randomUUID } from 'node:crypto';
import { type SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { reasonOf } from '../logger.ts';
import type { TailResources } from './tail-options.ts';
import { toolFailed } from './tool-failed.ts';

/** How the queue of every tail begins. */
export const TAIL_PREFIX = 'event-topic-tail-';
/** Tag that says of which topic it is. */
export const TAIL_TAG = 'event-topic-tail';

const TAIL_NAME = new RegExp(`^${TAIL_PREFIX}([0-9a-z]+)-[0-9a-f]+(\\.fifo)?$`);
// AWS: the longest value of a tag.
const TAG_VALUE_CHARS = 256;
/** Messages are deleted as soon as they come; this is when one comes again of which that failed. */
export const TAIL_VISIBILITY_SECONDS = 30;

export interface TailClients {
  readonly sns: Pick<SNSClient, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
}

export interface TailQueueSpec extends TailClients {
  readonly topicArn: string;
  readonly retentionSeconds: number;
  readonly eventTypes: readonly string[] | undefined;
}

/** The queue of one tail, and its subscription. */
export class TailQueue {
  readonly #spec: TailQueueSpec;
  readonly #name: string;
  #queueUrl: string | undefined;
  #subscriptionArn: string | undefined;

  constructor(spec: TailQueueSpec) {
    this.#spec = spec;
    this.#name = newName(spec.topicArn);
  }

  /** What of it was made is there for {@link remove}, also when it rejects. */
  async create(): Promise<TailResources> {
    const { sns, sqs, topicArn, eventTypes } = this.#spec;
    try {
      const queueUrl = await this.#createQueue();
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
      );
      const filter = eventTypes && { FilterPolicy: JSON.stringify({ eventType: eventTypes }) };
      const { SubscriptionArn: subscriptionArn = '' } = await sns.send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: 'sqs',
          Endpoint: Attributes?.['QueueArn'],
          Attributes: { RawMessageDelivery: 'true', ...filter },
          ReturnSubscriptionArn: true,
        }),
      );
      this.#subscriptionArn = subscriptionArn;
      return { queueUrl, subscriptionArn };
    } catch (error) {
      throw toolFailed(`The tail cannot begin: ${reasonOf(error)}`, {
        details: { topicArn, queue: this.#name },
        action: `Give it the permissions that its options name; removeLeftTails() removes what a lost answer may have left`,
        cause: error,
      });
    }
  }

  /** Throws with what is left. `cause`: why the tail ended, if that was an error. */
  async remove(cause?: unknown): Promise<void> {
    const { sns, sqs, topicArn } = this.#spec;
    const [queueUrl, subscriptionArn] = [this.#queueUrl, this.#subscriptionArn];
    // The subscription first: one without a queue is harder to find than a queue without one.
    const left = [
      ...(subscriptionArn
        ? await leftBy(
            unsubscribe(sns, subscriptionArn),
            `aws sns unsubscribe --subscription-arn ${subscriptionArn}`,
          )
        : []),
      ...(queueUrl
        ? await leftBy(deleteQueue(sqs, queueUrl), `aws sqs delete-queue --queue-url ${queueUrl}`)
        : []),
    ];
    if (left.length === 0) return;
    const reasons = left.map(({ error }) => reasonOf(error)).join('; ');
    const ended = cause === undefined ? '' : `; the tail had ended with: ${reasonOf(cause)}`;
    throw toolFailed(`The tail could not remove what it made: ${reasons}${ended}`, {
      details: { topicArn, subscriptionArn, queueUrl },
      action: `Remove what is left with removeLeftTails(), or with: ${left.map(({ command }) => command).join(' ; ')}`,
      cause: cause ?? left[0]?.error,
    });
  }

  async #createQueue(): Promise<string> {
    const { sqs, topicArn, retentionSeconds } = this.#spec;
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: this.#name,
        Attributes: {
          ...(this.#name.endsWith('.fifo') ? { FifoQueue: 'true' } : {}),
          MessageRetentionPeriod: String(retentionSeconds),
          VisibilityTimeout: String(TAIL_VISIBILITY_SECONDS),
          SqsManagedSseEnabled: 'true',
          // Given now, as a later change takes up to a minute, and SNS drops what it may not send.
          Policy: policyOf(topicArn, this.#name),
        },
        tags: { [TAIL_TAG]: tagOf(topicArn), createdAt: new Date().toISOString() },
      }),
    );
    this.#queueUrl = QueueUrl;
    return QueueUrl;
  }
}

/** Of ARNs that a tag cannot hold, their end. */
export function tagOf(topicArn: string): string {
  return topicArn.slice(-TAG_VALUE_CHARS);
}

/** When a queue of that name was made, in milliseconds; undefined: it is no tail's. */
export function createdAtOf(queueName: string): number | undefined {
  const [, time] = TAIL_NAME.exec(queueName) ?? [];
  return time === undefined ? undefined : Number.parseInt(time, 36);
}

export async function unsubscribe(sns: TailClients['sns'], SubscriptionArn: string): Promise<void> {
  await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}

export async function deleteQueue(sqs: TailClients['sqs'], QueueUrl: string): Promise<void> {
  try {
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  } catch (error) {
    if (!isNoQueue(error)) throw error;
  }
}

/** By name, also of what wraps it. */
export function isNoQueue(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return [name, code].some((text) => /QueueDoesNotExist|NonExistentQueue/.test(String(text)));
}

/** SQS refuses a name for a minute after it was deleted: each is used once. The time in it tells the age of a subscription. */
function newName(topicArn: string): string {
  const random = randomUUID().replaceAll('-', '').slice(0, 12);
  return `${TAIL_PREFIX}${Date.now().toString(36)}-${random}${topicArn.endsWith('.fifo') ? '.fifo' : ''}`;
}

function policyOf(topicArn: string, queueName: string): string {
  const [, partition] = topicArn.split(':');
  // Region and account are those of the queue that has the policy, and not known yet.
  const Resource = `arn:${partition}:sqs:*:*:${queueName}`;
  const send = {
    Sid: 'SendFromEventTopic',
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const denyWithoutTls = {
    Sid: 'DenyWithoutTls',
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [send, denyWithoutTls] });
}

async function leftBy(
  work: Promise<void>,
  command: string,
): Promise<readonly { readonly error: unknown; readonly command: string }[]> {
  try {
    await work;
    return [];
  } catch (error) {
    return [{ error, command }];
  }
}
