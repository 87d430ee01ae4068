import * as pulumi from '@pulumi/pulumi';
import { afterEach, describe, expect, it } from 'vitest';
import shop from '../../infra/index.ts';
import { readEnvironment } from '../../src/worker/environment.ts';
import {
  keyArn,
  policyArn,
  type Registration,
  type Registrations,
  registrationsOf,
  snsArn,
  sqsArn,
  sqsUrl,
} from './support/registrations.ts';

const onCall = 'arn:aws:sns:eu-central-1:123456789012:on-call';

afterEach(() => pulumi.runtime.setAllConfig({}));

/** What a stack with this configuration registers. */
function registered(config: Record<string, unknown> = {}): Promise<Registrations> {
  return registrationsOf(() => {
    const texts = Object.entries(config).map(([key, value]) => [
      `${pulumi.getProject()}:${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig(Object.fromEntries(texts));
    return shop();
  });
}

function named({ all }: Registrations): Map<string, Registration> {
  return new Map(all.map((one) => [`${one.type} ${one.name}`, one]));
}

/** What is registered beyond what a stack without configuration registers. */
async function added(registrations: Registrations): Promise<string[]> {
  const before = named(await registered());
  return [...named(registrations).keys()].filter((name) => !before.has(name)).sort();
}

/** Names of what has other inputs than in a stack without configuration. */
async function changed(registrations: Registrations): Promise<string[]> {
  const before = named(await registered());
  return [...named(registrations)]
    .filter(([name, { inputs }]) => before.has(name) && !same(before.get(name)?.inputs, inputs))
    .map(([name]) => name)
    .sort();
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

describe('the deployable program', () => {
  const outputs = {
    eventTopics: {
      Customer: snsArn('CustomerEventTopic.fifo'),
      Order: snsArn('OrderEventTopic.fifo'),
    },
    collectors: {
      ReadModel: sqsUrl('ReadModelEventCollector.fifo'),
      Notification: sqsUrl('NotificationEventCollector.fifo'),
    },
    publisherPolicyArns: {
      Customer: policyArn('CustomerEventTopicPublisher'),
      Order: policyArn('OrderEventTopicPublisher'),
    },
    consumerPolicyArns: {
      ReadModel: policyArn('ReadModelEventCollectorConsumer'),
      Notification: policyArn('NotificationEventCollectorConsumer'),
    },
  };

  it('prints what the worker takes as EVENT_TOPICS, where each collector reads, and the policies of both', async () => {
    expect((await registered()).outputs).toEqual(outputs);
  });

  it('registers two topics and two collectors that subscribe to both', async () => {
    const { all } = await registered();
    const names = (type: string): string[] => all.filter((one) => one.type === type).map(({ name }) => name);

    expect(all).toHaveLength(2 * 4 + 2 * 9);
    expect(names('reventless:EventTopic').sort()).toEqual(['CustomerEventTopic', 'OrderEventTopic']);
    expect(names('aws:sns/topicSubscription:TopicSubscription').sort()).toEqual([
      'NotificationEventCollector-Customer',
      'NotificationEventCollector-Order',
      'ReadModelEventCollector-Customer',
      'ReadModelEventCollector-Order',
    ]);
  });

  it('registers nothing else when the defaults are stated', async () => {
    const defaults = {
      eventTopics: ['Customer', 'Order'],
      eventCollectors: ['ReadModel', 'Notification'],
      encryption: 'awsManaged',
      alarmActions: [],
      claimCheck: false,
      deadLetterQueues: false,
    };
    const stated = await registered({ ...defaults, tags: {} });

    expect(stated.outputs).toEqual(outputs);
    expect(await added(stated)).toEqual([]);
    expect(await changed(stated)).toEqual([]);
  });

  it('registers nothing when the configuration is faulty', async () => {
    let error: unknown;
    const { all } = await registrationsOf(() => {
      pulumi.runtime.setAllConfig({ 'project:claimCheck': 'yes', 'project:encryption': 'none' });
      try {
        shop();
      } catch (thrown) {
        error = thrown;
      }
    });

    expect(String(error)).toContain('[faults=2]');
    expect(all).toEqual([]);
  });
});

describe('what a stack configures', () => {
  it('eventTopics and eventCollectors: which there are, each collector of all topics', async () => {
    const { all, outputs } = await registered({
      eventTopics: ['Payment', 'Refund'],
      eventCollectors: ['Ledger'],
    });
    const subscriptions = all.filter(({ type }) => type === 'aws:sns/topicSubscription:TopicSubscription');

    expect(subscriptions.map(({ name }) => name)).toEqual([
      'LedgerEventCollector-Payment',
      'LedgerEventCollector-Refund',
    ]);
    expect(outputs).toMatchObject({
      eventTopics: {
        Payment: snsArn('PaymentEventTopic.fifo'),
        Refund: snsArn('RefundEventTopic.fifo'),
      },
      collectors: { Ledger: sqsUrl('LedgerEventCollector.fifo') },
    });
  });

  it('the longest names that its components take', async () => {
    const longest = 'a'.repeat(51);
    const { all } = await registered({
      ...{ eventTopics: [longest], eventCollectors: [longest], deadLetterQueues: true },
    });

    expect(all.filter(({ type }) => type.startsWith('reventless:'))).toHaveLength(2);
  });

  it('encryption: a customer key for each topic and each collector', async () => {
    const registrations = await registered({ encryption: 'customerKey' });
    const { get } = registrations;

    expect(await added(registrations)).toEqual(
      [...['CustomerEventTopic', 'OrderEventTopic', 'ReadModelEventCollector', 'NotificationEventCollector']]
        .flatMap((name) => [`aws:kms/key:Key ${name}`, `aws:kms/keyPolicy:KeyPolicy ${name}`])
        .sort(),
    );
    expect(get('aws:sns/topic:Topic OrderEventTopic').inputs['kmsMasterKeyId']).toBe(
      keyArn('OrderEventTopic'),
    );
    for (const queue of ['ReadModelEventCollector', 'ReadModelEventCollectorDeadLetter'])
      expect(get(`aws:sqs/queue:Queue ${queue}`).inputs['kmsMasterKeyId']).toBe(
        keyArn('ReadModelEventCollector'),
      );
  });

  it('alarmActions: alarms of each topic and each collector that tell them', async () => {
    const registrations = await registered({ alarmActions: [onCall] });
    const alarms = registrations.all.filter(({ type }) => type === 'aws:cloudwatch/metricAlarm:MetricAlarm');

    expect(await added(registrations)).toEqual(alarms.map(({ type, name }) => `${type} ${name}`).sort());
    expect(await changed(registrations)).toEqual([]);
    expect(new Set(alarms.map(({ parent }) => parent))).toEqual(
      new Set([
        'reventless:EventTopic CustomerEventTopic',
        'reventless:EventTopic OrderEventTopic',
        'reventless:EventCollector ReadModelEventCollector',
        'reventless:EventCollector NotificationEventCollector',
      ]),
    );
    for (const { inputs } of alarms)
      expect(inputs).toMatchObject({ alarmActions: [onCall], okActions: [onCall] });
  });

  it('claimCheck: a bucket that publishers write and consumers read', async () => {
    const registrations = await registered({ claimCheck: true });
    const statements = (policy: string): unknown =>
      JSON.parse(String(registrations.get(`aws:iam/policy:Policy ${policy}`).inputs['policy'])).Statement;
    const objects = (topic: string): string => `arn:aws:s3:::shopclaimcheckbucket/${topic}/*`;

    expect(await added(registrations)).toEqual([
      'aws:s3/bucket:Bucket ShopClaimCheckBucket',
      'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration ShopClaimCheckBucket',
      'aws:s3/bucketOwnershipControls:BucketOwnershipControls ShopClaimCheckBucket',
      'aws:s3/bucketPolicy:BucketPolicy ShopClaimCheckBucket',
      'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock ShopClaimCheckBucket',
      'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration ShopClaimCheckBucket',
      'reventless:ClaimCheckBucket ShopClaimCheckBucket',
    ]);
    expect(await changed(registrations)).toEqual([
      'aws:iam/policy:Policy CustomerEventTopicPublisher',
      'aws:iam/policy:Policy NotificationEventCollectorConsumer',
      'aws:iam/policy:Policy OrderEventTopicPublisher',
      'aws:iam/policy:Policy ReadModelEventCollectorConsumer',
    ]);
    expect(statements('OrderEventTopicPublisher')).toContainEqual({
      Sid: 'WriteLargeEvents',
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: objects('Order'),
    });
    expect(statements('ReadModelEventCollectorConsumer')).toContainEqual({
      Sid: 'ReadLargeEvents',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: [objects('Customer'), objects('Order')],
    });
    expect(registrations.outputs).toMatchObject({ claimCheckBucket: 'shopclaimcheckbucket' });
  });

  it('claimCheck with encryption: the bucket has a customer key too', async () => {
    const { get } = await registered({ claimCheck: true, encryption: 'customerKey', tags: { team: 'shop' } });
    const encryption = get(
      'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration ShopClaimCheckBucket',
    );

    expect(get('aws:kms/key:Key ShopClaimCheckBucket').inputs).toEqual({
      description: 'Events of ShopClaimCheckBucket',
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { team: 'shop' },
    });
    expect(JSON.stringify(encryption.inputs['rules'])).toContain(keyArn('ShopClaimCheckBucket'));
  });

  it('deadLetterQueues: a queue for what SNS refuses of each topic, which the worker is told', async () => {
    const registrations = await registered({ deadLetterQueues: true });
    const queues = registrations.all.filter(({ type }) => type === 'aws:sqs/queue:Queue');

    expect(queues.map(({ name }) => name)).toContain('CustomerEventTopicDeadLetter');
    expect(registrations.outputs).toMatchObject({
      eventTopics: {
        Customer: {
          topicArn: snsArn('CustomerEventTopic.fifo'),
          deadLetterQueueUrl: sqsUrl('CustomerEventTopicDeadLetter.fifo'),
        },
        Order: {
          topicArn: snsArn('OrderEventTopic.fifo'),
          deadLetterQueueUrl: sqsUrl('OrderEventTopicDeadLetter.fifo'),
        },
      },
    });
    expect(
      String(registrations.get('aws:iam/policy:Policy OrderEventTopicPublisher').inputs['policy']),
    ).toContain(sqsArn('OrderEventTopicDeadLetter.fifo'));
  });

  it('tags: everything that takes some has them', async () => {
    const everything = {
      encryption: 'customerKey',
      alarmActions: [onCall],
      claimCheck: true,
      deadLetterQueues: true,
    };
    const { all } = await registered({ ...everything, tags: { team: 'shop' } });
    const taggable = /^aws:(sns\/topic|sqs\/queue|iam\/policy|kms\/key|s3\/bucket|cloudwatch\/metricAlarm):/;

    expect(all.filter(({ inputs }) => inputs['tags'] !== undefined)).toEqual(
      all.filter(({ type }) => taggable.test(type)),
    );
    for (const { type, inputs } of all)
      if (taggable.test(type)) expect(inputs['tags']).toEqual({ team: 'shop' });
  });
});

describe('the stack output eventTopics', () => {
  it.each([
    ['parks refused events', false, ['park', 'park']],
    ['sends refused events to dead-letter queues', true, ['deadLetter', 'deadLetter']],
  ])('is taken by a worker that %s', async (_, deadLetterQueues, onRefused) => {
    const { outputs } = await registered({ deadLetterQueues });
    const { eventTopics } = outputs as { eventTopics: unknown };
    const { topics } = await readEnvironment({ EVENT_TOPICS: JSON.stringify(eventTopics) });

    expect(topics.map(({ topic }) => topic)).toEqual(['Customer', 'Order']);
    expect(topics.map((topic) => topic.onRefused)).toEqual(onRefused);
  });
});
