import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, it } from 'vitest';
import { EventCollector, type EventCollectorArgs, EventTopic } from '../../infra/components/index.ts';
import { policyOf } from './support/policies.ts';
import {
  policyArn,
  type Registrations,
  registrationsOf,
  snsArn,
  sqsArn,
  sqsUrl,
} from './support/registrations.ts';

const COMPONENT = 'reventless:EventCollector NotificationEventCollector';
const QUEUE = 'aws:sqs/queue:Queue NotificationEventCollector';
const DEAD_LETTER_QUEUE = 'aws:sqs/queue:Queue NotificationEventCollectorDeadLetter';
const REDRIVE = 'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy NotificationEventCollectorDeadLetter';
const CONSUMER_POLICY = 'aws:iam/policy:Policy NotificationEventCollectorConsumer';
const POLICY = 'aws:sqs/queuePolicy:QueuePolicy NotificationEventCollector';
const DEAD_LETTER_POLICY = 'aws:sqs/queuePolicy:QueuePolicy NotificationEventCollectorDeadLetter';
const SUBSCRIPTION = 'aws:sns/topicSubscription:TopicSubscription NotificationEventCollector';

const queueArn = sqsArn('NotificationEventCollector.fifo');
const deadLetterQueueArn = sqsArn('NotificationEventCollectorDeadLetter.fifo');
const customerArn = snsArn('CustomerEventTopic.fifo');
const orderArn = snsArn('OrderEventTopic.fifo');

describe('an EventCollector of two topics', () => {
  let registered: Registrations;

  beforeAll(async () => {
    registered = await registrationsOf(() => {
      const eventTopics = [new EventTopic('Customer'), { name: 'Order', topicArn: orderArn }];
      const collector = new EventCollector('Notification', { eventTopics });
      const { name, queueUrl, queueArn, deadLetterQueueUrl, deadLetterQueueArn } = collector;
      const { consumerPolicyArn, resources } = collector;
      const urns = resources.map(({ urn }) => urn.apply((known) => known.split('$').at(-1)));
      return { name, queueUrl, queueArn, deadLetterQueueUrl, deadLetterQueueArn, consumerPolicyArn, urns };
    });
  });

  it('is a component of two queues, their policies, that of its consumer and one subscription for each topic', () => {
    const own = registered.all.filter(({ name }) => !name.startsWith('CustomerEventTopic'));

    expect(own.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(
      [
        COMPONENT,
        QUEUE,
        DEAD_LETTER_QUEUE,
        POLICY,
        DEAD_LETTER_POLICY,
        REDRIVE,
        CONSUMER_POLICY,
        `${SUBSCRIPTION}-Customer`,
        `${SUBSCRIPTION}-Order`,
      ].sort(),
    );
    expect(new Set(own.filter(({ type }) => type.startsWith('aws:')).map(({ parent }) => parent))).toEqual(
      new Set([COMPONENT]),
    );
  });

  it("has a high-throughput FIFO queue that keeps events for 14 days, encrypted, and is no other queue's dead-letter queue", () => {
    expect(registered.get(QUEUE)).toEqual({
      type: 'aws:sqs/queue:Queue',
      name: 'NotificationEventCollector',
      parent: COMPONENT,
      inputs: {
        name: 'NotificationEventCollector.fifo',
        fifoQueue: true,
        deduplicationScope: 'messageGroup',
        fifoThroughputLimit: 'perMessageGroupId',
        messageRetentionSeconds: 1_209_600,
        sqsManagedSseEnabled: true,
        visibilityTimeoutSeconds: 60,
        receiveWaitTimeSeconds: 20,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount: 100 }),
        redriveAllowPolicy: '{"redrivePermission":"denyAll"}',
      },
      dependencies: [DEAD_LETTER_QUEUE],
    });
  });

  it('has a FIFO dead-letter queue of the same kind', () => {
    expect(registered.get(DEAD_LETTER_QUEUE).inputs).toEqual({
      name: 'NotificationEventCollectorDeadLetter.fifo',
      fifoQueue: true,
      deduplicationScope: 'messageGroup',
      fifoThroughputLimit: 'perMessageGroupId',
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
  });

  it('lets no other queue set messages aside in its dead-letter queue', () => {
    expect(registered.get(REDRIVE).inputs).toEqual({
      queueUrl: sqsUrl('NotificationEventCollectorDeadLetter.fifo'),
      redriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [queueArn] }),
    });
  });

  it.each([
    [POLICY, 'NotificationEventCollector.fifo'],
    [DEAD_LETTER_POLICY, 'NotificationEventCollectorDeadLetter.fifo'],
  ])('lets SNS send for exactly its topics, and nobody do anything without TLS: %s', (reference, name) => {
    const { queueUrl, policy } = registered.get(reference).inputs;

    expect(queueUrl).toBe(sqsUrl(name));
    expect(JSON.parse(String(policy))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'SendFromEventTopics',
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: sqsArn(name),
          Condition: { ArnEquals: { 'aws:SourceArn': [customerArn, orderArn] } },
        },
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: sqsArn(name),
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  it('lets its consumer read the queue, and no more', () => {
    expect(registered.get(CONSUMER_POLICY).inputs).toEqual({
      namePrefix: 'NotificationEventCollectorConsumer-',
      description: 'Consume NotificationEventCollector',
      policy: expect.any(String),
    });
    expect(policyOf(registered, CONSUMER_POLICY)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ConsumeEvents',
          Effect: 'Allow',
          Action: [
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:ChangeMessageVisibility',
            'sqs:GetQueueAttributes',
          ],
          Resource: queueArn,
        },
      ],
    });
  });

  it.each([
    ['Customer', customerArn],
    ['Order', orderArn],
  ])('subscribes the queue to %s with raw delivery, and keeps what SNS cannot deliver', (name, topic) => {
    expect(registered.get(`${SUBSCRIPTION}-${name}`).inputs).toEqual({
      topic,
      protocol: 'sqs',
      endpoint: queueArn,
      rawMessageDelivery: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn }),
    });
  });

  it.each(['Customer', 'Order'])('subscribes to %s only after SNS may send', (name) => {
    const { dependencies } = registered.get(`${SUBSCRIPTION}-${name}`);

    expect(dependencies).toEqual(expect.arrayContaining([POLICY, DEAD_LETTER_POLICY]));
  });

  it('offers its name, where its queues are, and its resources', () => {
    expect(registered.outputs).toEqual({
      name: 'Notification',
      queueUrl: sqsUrl('NotificationEventCollector.fifo'),
      queueArn,
      deadLetterQueueUrl: sqsUrl('NotificationEventCollectorDeadLetter.fifo'),
      deadLetterQueueArn,
      consumerPolicyArn: policyArn('NotificationEventCollectorConsumer'),
      urns: [
        QUEUE,
        DEAD_LETTER_QUEUE,
        POLICY,
        DEAD_LETTER_POLICY,
        REDRIVE,
        CONSUMER_POLICY,
        `${SUBSCRIPTION}-Customer`,
        `${SUBSCRIPTION}-Order`,
      ].map((reference) => reference.replace(' ', '::')),
    });
  });
});

describe('an argument of an EventCollector', () => {
  const orders = [{ name: 'Order', topicArn: orderArn }];

  async function queueInputs(args: Omit<EventCollectorArgs, 'eventTopics'>): Promise<Registrations> {
    return registrationsOf(() => {
      new EventCollector('Notification', { eventTopics: orders, ...args });
    });
  }

  it.each([0, 43_200])(
    'sets the visibility timeout of its queue alone to %i',
    async (visibilityTimeoutSeconds) => {
      const { get } = await queueInputs({ visibilityTimeoutSeconds });

      expect(get(QUEUE).inputs['visibilityTimeoutSeconds']).toBe(visibilityTimeoutSeconds);
      expect(get(DEAD_LETTER_QUEUE).inputs).not.toHaveProperty('visibilityTimeoutSeconds');
    },
  );

  it.each([1, 1_000])('sets the receive count of the redrive policy to %i', async (maxReceiveCount) => {
    const { get } = await queueInputs({ maxReceiveCount });

    expect(get(QUEUE).inputs['redrivePolicy']).toBe(
      JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount }),
    );
  });

  it('tags both queues', async () => {
    const { get } = await queueInputs({ tags: { team: 'crm' } });

    expect(get(QUEUE).inputs['tags']).toEqual({ team: 'crm' });
    expect(get(DEAD_LETTER_QUEUE).inputs['tags']).toEqual({ team: 'crm' });
  });

  it('may be known only while deploying', async () => {
    const { get } = await registrationsOf(() => {
      new EventCollector('Notification', {
        eventTopics: [{ name: 'Order', topicArn: Promise.resolve(orderArn) }],
        visibilityTimeoutSeconds: pulumi.output(5),
        maxReceiveCount: pulumi.output(7),
      });
    });

    expect(get(QUEUE).inputs).toMatchObject({
      visibilityTimeoutSeconds: 5,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount: 7 }),
    });
    expect(get(`${SUBSCRIPTION}-Order`).inputs['topic']).toBe(orderArn);
  });

  it('is joined by the options of a component', async () => {
    const { get } = await registrationsOf(() => {
      const parent = new pulumi.ComponentResource('test:Parent', 'shop');
      new EventCollector('Notification', { eventTopics: orders }, { parent });
    });

    expect(get(COMPONENT).parent).toBe('test:Parent shop');
  });
});
