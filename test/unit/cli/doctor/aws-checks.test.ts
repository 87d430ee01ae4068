// Answers as AWS gives them: what the emulator cannot show, such as permissions and keys.
import { describe, expect, it } from 'vitest';
import type { DryRun } from '../../../../src/cli/doctor/checks/dry-run.ts';
import type { QueueFacts } from '../../../../src/cli/doctor/checks/queue.ts';
import type { SubscriptionFacts } from '../../../../src/cli/doctor/checks/subscription.ts';
import { checkTopic, type TopicFacts } from '../../../../src/cli/doctor/checks/topic.ts';
import type { Finding } from '../../../../src/cli/doctor/finding.ts';
import type { Read, Unread } from '../../../../src/cli/doctor/read.ts';

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:CustomerEventTopic.fifo';
const queueArn = 'arn:aws:sqs:eu-west-1:123456789012:CustomerEventCollector.fifo';
const unread = (code: string, reason = 'because'): { unread: Unread } => ({ unread: { code, reason } });

const topicAttributes = {
  FifoTopic: 'true',
  FifoThroughputScope: 'MessageGroup',
  KmsMasterKeyId: 'alias/aws/sns',
};
const subscriptionAttributes = { RawMessageDelivery: 'true', RedrivePolicy: '{}' };
const queueAttributes = {
  FifoQueue: 'true',
  ApproximateNumberOfMessages: '2',
  Policy: JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
      },
    ],
  }),
};
const deadLetters: QueueFacts = {
  arn: `${queueArn}-dead`,
  attributes: { value: { ApproximateNumberOfMessages: '0' } },
};

const queue = (facts: Partial<QueueFacts> = {}): QueueFacts => ({
  arn: queueArn,
  attributes: { value: queueAttributes },
  deadLetters,
  ...facts,
});
const subscription = (facts: Partial<SubscriptionFacts> = {}): SubscriptionFacts => ({
  arn: `${topicArn}:1`,
  protocol: 'sqs',
  endpoint: queueArn,
  attributes: { value: subscriptionAttributes },
  queue: queue(),
  ...facts,
});
const topic = (facts: Partial<TopicFacts> = {}): TopicFacts => ({
  topic: 'Customer',
  topicArn,
  attributes: { value: topicAttributes },
  dryRun: { value: { refused: ['InvalidParameter'] } },
  subscriptions: { value: [subscription()] },
  ...facts,
});
const withQueue = (facts: Partial<QueueFacts>): TopicFacts =>
  topic({ subscriptions: { value: [subscription({ queue: queue(facts) })] } });
const withSubscription = (facts: Partial<SubscriptionFacts>): TopicFacts =>
  topic({ subscriptions: { value: [subscription(facts)] } });

function complaints(facts: TopicFacts): readonly string[] {
  const findings = checkTopic(facts);
  for (const { level, next } of findings) expect(next === undefined).toBe(level === 'ok');
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, check, fact }: Finding) => `${level} ${check}: ${fact}`);
}

it('has nothing to say against what the components deploy', () => {
  expect(complaints(topic())).toEqual([]);
  expect(checkTopic(topic()).map(({ check }) => check)).toEqual([
    'topic',
    'topic',
    'permission',
    'subscription',
    'queue',
    'queue',
    'dead letters',
  ]);
});

describe('what doctor says of', () => {
  it.each<[string, TopicFacts, string]>([
    [
      'a topic that is not there',
      topic({ attributes: unread('NotFoundException') }),
      'wrong topic: There is no such SNS topic',
    ],
    [
      'attributes that may not be read',
      topic({ attributes: unread('AuthorizationErrorException') }),
      'warn topic: SNS does not tell its attributes',
    ],
    [
      'a standard topic',
      topic({ attributes: { value: { KmsMasterKeyId: 'k' } } }),
      'warn topic: It is a standard topic',
    ],
    [
      'deduplication for the whole topic',
      topic({ attributes: { value: { ...topicAttributes, FifoThroughputScope: 'Topic' } } }),
      'warn topic: FIFO, with throughput and deduplication for the topic as a whole',
    ],
    [
      'a topic in clear',
      topic({ attributes: { value: { ...topicAttributes, KmsMasterKeyId: '' } } }),
      'warn topic: SNS does not encrypt it',
    ],
    [
      'subscriptions that may not be listed',
      topic({ subscriptions: unread('AccessDenied') }),
      'warn topic: SNS does not tell who is subscribed',
    ],
    [
      'a topic without subscriptions',
      topic({ subscriptions: { value: [] } }),
      'warn topic: Nothing is subscribed to it',
    ],
    [
      'a subscription that waits',
      withSubscription({ arn: 'PendingConfirmation' }),
      'wrong subscription: It is not confirmed',
    ],
    [
      'wrapped delivery',
      withSubscription({ attributes: { value: { RedrivePolicy: '{}' } } }),
      "warn subscription: Delivers in SNS's envelope",
    ],
    [
      'a subscription without dead letters',
      withSubscription({ attributes: { value: { RawMessageDelivery: 'true' } } }),
      'warn subscription: It has no dead-letter queue',
    ],
    [
      'a queue that is gone',
      withQueue({ attributes: unread('QueueDoesNotExist') }),
      'wrong queue: There is no such queue',
    ],
    [
      'a queue of another account',
      withQueue({ attributes: unread('AccessDenied') }),
      'warn queue: SQS does not tell its attributes',
    ],
    [
      'a queue without a policy',
      withQueue({ attributes: { value: { FifoQueue: 'true' } } }),
      `wrong queue: Its policy does not let ${topicArn} send`,
    ],
    [
      "a queue with SQS's own key of KMS",
      withQueue({ attributes: { value: { ...queueAttributes, KmsMasterKeyId: 'alias/aws/sqs' } } }),
      'wrong queue: It is encrypted with alias/aws/sqs',
    ],
    [
      'a standard queue',
      withQueue({ attributes: { value: { ...queueAttributes, FifoQueue: undefined } } }),
      'warn queue: It is a standard queue at a FIFO topic',
    ],
    [
      'a long queue',
      withQueue({ attributes: { value: { ...queueAttributes, ApproximateNumberOfMessages: '5000' } } }),
      'warn queue: 5000 events wait',
    ],
    [
      'events that were set aside',
      withQueue({ deadLetters: { arn: 'q', attributes: { value: { ApproximateNumberOfMessages: '3' } } } }),
      'wrong dead letters: 3 set aside',
    ],
    [
      'events that SNS has refused',
      topic({ refused: { arn: 'q', attributes: { value: { ApproximateNumberOfMessages: '1' } } } }),
      'wrong dead letters: 1 refused by SNS',
    ],
  ])('%s', (_what, facts, complaint) => {
    expect(complaints(facts)).toEqual([expect.stringContaining(complaint)]);
  });

  it('a queue from which nothing is set aside', () => {
    const { deadLetters: _, ...without } = queue();
    expect(complaints(topic({ subscriptions: { value: [subscription({ queue: without })] } }))).toEqual([
      expect.stringContaining('warn queue: It has no dead-letter queue'),
    ]);
  });

  it.each([
    [
      'the queue of a tail',
      { endpoint: 'arn:aws:sqs:eu-west-1:123456789012:event-topic-tail-m3k-0af1.fifo' },
      'Somebody runs event-topic tail',
    ],
    ['another protocol', { protocol: 'firehose' }, 'Delivers by firehose'],
    [
      'a filter',
      { attributes: { value: { ...subscriptionAttributes, FilterPolicy: '{"eventType":["Created"]}' } } },
      'only what its filter on attributes lets through: {"eventType":["Created"]}',
    ],
  ])('%s, which is no fault', (_what, facts, fact) => {
    expect(complaints(withSubscription(facts))).toEqual([]);
    expect(
      checkTopic(withSubscription(facts))
        .map((finding) => finding.fact)
        .join(),
    ).toContain(fact);
  });

  it('a filter on bodies', () => {
    const attributes = {
      value: { ...subscriptionAttributes, FilterPolicy: '{}', FilterPolicyScope: 'MessageBody' },
    };
    const facts = checkTopic(withSubscription({ attributes })).map(({ fact }) => fact);
    expect(facts.join()).toContain('its filter on bodies');
  });
});

describe('the dry run', () => {
  it.each<[string, Read<DryRun>, Finding['level'], string]>([
    [
      'is refused entry by entry',
      { value: { refused: ['InvalidParameter'] } },
      'ok',
      'SNS took the request of the dry run',
    ],
    ['is refused as a whole', unread('InvalidParameterException'), 'ok', "SNS refused the dry run's message"],
    ['is taken by an emulator', { value: { refused: [] } }, 'ok', 'an emulator'],
    ['is not allowed', unread('AuthorizationErrorException'), 'wrong', 'may not publish'],
    [
      'is not allowed to who has no credentials',
      unread('CredentialsProviderError'),
      'wrong',
      'may not publish',
    ],
    ['may not use the key', unread('KMSAccessDeniedException'), 'wrong', "The topic's key may not be used"],
    ['gets no answer', unread('TimedOut'), 'warn', 'says nothing of permissions'],
  ])('%s', (_what, dryRun, level, fact) => {
    const [finding] = checkTopic(topic({ dryRun })).filter(({ check }) => check === 'permission');
    expect(finding).toMatchObject({ level, fact: expect.stringContaining(fact) });
  });
});
