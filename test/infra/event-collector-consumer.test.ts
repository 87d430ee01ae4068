import { describe, expect, it } from 'vitest';
import { ClaimCheckBucket, EventCollector, EventTopic } from '../../infra/components/index.ts';
import { COMPONENT, CONSUMER_POLICY, notification, QUEUE } from './support/notification-collector.ts';
import { policyOf } from './support/policies.ts';
import { keyArn, policyArn, registrationsOf, snsArn, sqsArn } from './support/registrations.ts';

const MAPPING = 'aws:lambda/eventSourceMapping:EventSourceMapping NotificationEventCollector';
const lambdaFunctionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:notify';

describe('the consumer of large events', () => {
  it('may read those of its topics, in whatever bucket they are', async () => {
    const registered = await registrationsOf(() => {
      const claimCheckBucket = new ClaimCheckBucket('Shop', {
        prefix: 'large/',
        kmsKeyArn: keyArn('claims'),
      });
      const elsewhere = { bucketArn: 'arn:aws:s3:::elsewhere', kmsKeyArn: keyArn('elsewhere') };
      const topics = ['Customer', 'Order'].map((name) => new EventTopic(name, { claimCheckBucket }));
      const parcel = {
        name: 'Parcel',
        topicArn: snsArn('ParcelEventTopic.fifo'),
        claimCheckBucket: elsewhere,
      };
      const small = { name: 'Small', topicArn: snsArn('SmallEventTopic.fifo') };
      new EventCollector('Notification', { eventTopics: [...topics, parcel, small] });
    });

    expect(policyOf(registered, CONSUMER_POLICY).Statement.slice(1)).toEqual([
      {
        Sid: 'ReadLargeEvents',
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: [
          'arn:aws:s3:::shopclaimcheckbucket/large/Customer/*',
          'arn:aws:s3:::shopclaimcheckbucket/large/Order/*',
          'arn:aws:s3:::elsewhere/Parcel/*',
        ],
      },
      {
        Sid: 'DecryptLargeEvents',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: keyArn('claims'),
        Condition: { StringEquals: { 'kms:ViaService': ['s3.eu-central-1.amazonaws.com'] } },
      },
      {
        Sid: 'DecryptLargeEvents2',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: keyArn('elsewhere'),
        Condition: { StringEquals: { 'kms:ViaService': ['s3.eu-central-1.amazonaws.com'] } },
      },
    ]);
  });
});

describe('a consumer that sets aside what it refuses', () => {
  it('may send to the dead-letter queue, and encrypt for it', async () => {
    const kmsKeyArn = keyArn('events');
    const registered = await notification({ deadLetterRefused: true, kmsKeyArn });
    const [, setAside, decrypt] = policyOf(registered, CONSUMER_POLICY).Statement;
    expect(setAside).toEqual({
      Sid: 'SetRefusedEventsAside',
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: sqsArn('NotificationEventCollectorDeadLetter.fifo'),
    });
    expect(decrypt).toMatchObject({
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Condition: { StringEquals: { 'kms:ViaService': ['sqs.eu-central-1.amazonaws.com'] } },
    });
  });
});

describe('the role of a consumer', () => {
  it('gets the consumer policy', async () => {
    const { get } = await notification({ consumerRoleName: 'notify' });

    expect(
      get('aws:iam/rolePolicyAttachment:RolePolicyAttachment NotificationEventCollectorConsumer').inputs,
    ).toEqual({ role: 'notify', policyArn: policyArn('NotificationEventCollectorConsumer') });
  });
});

describe('the Lambda function of an EventCollector', () => {
  it('gets ten events at most, reports which failed, and is fed only once it may read', async () => {
    const { get } = await notification({
      lambdaFunctionArn,
      handlerTimeoutSeconds: 30,
      consumerRoleName: 'notify',
      tags: { team: 'crm' },
    });

    expect(get(MAPPING)).toMatchObject({
      inputs: {
        eventSourceArn: sqsArn('NotificationEventCollector.fifo'),
        functionName: lambdaFunctionArn,
        batchSize: 10,
        functionResponseTypes: ['ReportBatchItemFailures'],
        tags: { team: 'crm' },
      },
      parent: COMPONENT,
    });
    expect(get(MAPPING).inputs).not.toHaveProperty('scalingConfig');
    expect(get(MAPPING).dependencies).toContain(
      'aws:iam/rolePolicyAttachment:RolePolicyAttachment NotificationEventCollectorConsumer',
    );
  });

  it('may get fewer, in fewer invocations at once', async () => {
    const { get } = await notification({
      lambdaFunctionArn,
      handlerTimeoutSeconds: 30,
      batchSize: 1,
      maximumConcurrency: 2,
    });

    expect(get(MAPPING).inputs).toMatchObject({ batchSize: 1, scalingConfig: { maximumConcurrency: 2 } });
  });

  it('may get many from a standard queue, which waits for them', async () => {
    const { get } = await notification({
      type: 'standard',
      lambdaFunctionArn,
      handlerTimeoutSeconds: 30,
      batchSize: 10_000,
      maximumBatchingWindowSeconds: 300,
    });

    expect(get(MAPPING).inputs).toMatchObject({ batchSize: 10_000, maximumBatchingWindowInSeconds: 300 });
    expect(get(QUEUE).inputs['visibilityTimeoutSeconds']).toBe(6 * 30 + 300);
  });
});

describe('the visibility timeout, unless it is given,', () => {
  it.each([
    [5, 60],
    [60, 60],
    [61, 61],
  ])('lets a handler take %i seconds: %i', async (handlerTimeoutSeconds, visibility) => {
    const { get } = await notification({ handlerTimeoutSeconds });

    expect(get(QUEUE).inputs['visibilityTimeoutSeconds']).toBe(visibility);
  });

  it.each([
    [5, 60],
    [10, 60],
    [900, 5_400],
  ])('is six times what a function may take, %i seconds: %i', async (handlerTimeoutSeconds, visibility) => {
    const { get } = await notification({ lambdaFunctionArn, handlerTimeoutSeconds });

    expect(get(QUEUE).inputs['visibilityTimeoutSeconds']).toBe(visibility);
  });
});

describe('the alarms of an EventCollector', () => {
  const alarm = (suffix: string): string =>
    `aws:cloudwatch/metricAlarm:MetricAlarm NotificationEventCollector${suffix}`;
  const common = {
    namespace: 'AWS/SQS',
    statistic: 'Maximum',
    period: 60,
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
    alarmDescription: expect.stringContaining('Events'),
    alarmActions: ['arn:aws:sns:eu-central-1:123456789012:on-call'],
    okActions: ['arn:aws:sns:eu-central-1:123456789012:on-call'],
  };

  it('go off when events are set aside, when nobody looks at them for a week, and when they wait for a quarter of an hour', async () => {
    const { get } = await notification({ alarmActions: common.alarmActions });

    expect(get(alarm('EventsSetAside')).inputs).toEqual({
      ...common,
      name: 'NotificationEventCollectorEventsSetAside',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: 'NotificationEventCollectorDeadLetter.fifo' },
      threshold: 0,
    });
    expect(get(alarm('EventsExpire')).inputs).toEqual({
      ...common,
      name: 'NotificationEventCollectorEventsExpire',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: 'NotificationEventCollectorDeadLetter.fifo' },
      threshold: 604_800,
    });
    expect(get(alarm('OldestEvent')).inputs).toEqual({
      ...common,
      name: 'NotificationEventCollectorOldestEvent',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: 'NotificationEventCollector.fifo' },
      threshold: 900,
    });
  });

  it('may leave events more time', async () => {
    const { get } = await notification({ alarmActions: [], maxAgeSeconds: 3_600 });

    expect(get(alarm('OldestEvent')).inputs).toMatchObject({ threshold: 3_600, alarmActions: [] });
  });

  it('are none unless asked for', async () => {
    const { all } = await notification({});

    expect(all.filter(({ type }) => type.startsWith('aws:cloudwatch'))).toEqual([]);
  });
});

describe('an EventCollector with everything', () => {
  it('lists all of its resources, each its child', async () => {
    const { all, outputs } = await notification({
      encryption: 'customerKey',
      lambdaFunctionArn,
      handlerTimeoutSeconds: 1,
      consumerRoleName: 'notify',
      alarmActions: [],
    });
    const children = all.filter(({ type }) => type.startsWith('aws:'));

    expect((outputs as { urns: string[] }).urns.toSorted()).toEqual(
      children.map(({ type, name }) => `${type}::${name}`).sort(),
    );
    expect(new Set(children.map(({ parent }) => parent))).toEqual(new Set([COMPONENT]));
  });
});
