import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { customer, TOPIC } from './support/customer-topic.ts';
import { policyOf } from './support/policies.ts';
import { roleArn } from './support/registrations.ts';

describe('the delivery log of an EventTopic', () => {
  const GROUP = 'aws:cloudwatch/logGroup:LogGroup CustomerEventTopicDeliveryLog';
  const group = 'sns/eu-central-1/123456789012/CustomerEventTopic.fifo';

  it('is written by SNS, in a role that may write just this', async () => {
    const registered = await customer({ deliveryLogSamplePercent: 5, tags: { team: 'crm' } });
    const { get } = registered;
    const role = roleArn('CustomerEventTopicDeliveryLog');

    expect(get('aws:iam/role:Role CustomerEventTopicDeliveryLog').inputs).toEqual({
      namePrefix: 'CustomerEventTopicDeliveryLog-',
      description: 'Log deliveries of CustomerEventTopic',
      assumeRolePolicy: expect.any(String),
      tags: { team: 'crm' },
    });
    expect(
      policyOf(registered, 'aws:iam/role:Role CustomerEventTopicDeliveryLog', 'assumeRolePolicy').Statement,
    ).toEqual([
      {
        Sid: 'LogBySns',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ]);
    expect(get(TOPIC).inputs).toMatchObject({
      sqsSuccessFeedbackRoleArn: role,
      sqsSuccessFeedbackSampleRate: 5,
      sqsFailureFeedbackRoleArn: role,
    });
    const logs = `arn:aws:logs:eu-central-1:123456789012:log-group:${group}`;
    expect(policyOf(registered, 'aws:iam/rolePolicy:RolePolicy CustomerEventTopicDeliveryLog')).toMatchObject(
      {
        Statement: [
          {
            Sid: 'WriteDeliveryLog',
            Effect: 'Allow',
            Resource: [logs, `${logs}:*`, `${logs}/Failure`, `${logs}/Failure:*`],
          },
        ],
      },
    );
  });

  it('is kept for a month, or for as long as asked', async () => {
    const { get } = await customer({ deliveryLogSamplePercent: 0 });

    expect(get(GROUP).inputs).toEqual({ name: group, retentionInDays: 30 });
    expect(get(`${GROUP}Failure`).inputs).toEqual({ name: `${group}/Failure`, retentionInDays: 30 });
    const longer = await customer({ deliveryLogSamplePercent: 0, deliveryLogRetentionDays: 365 });
    expect(longer.get(GROUP).inputs['retentionInDays']).toBe(365);
  });
});

describe('the alarms of an EventTopic', () => {
  const alarm = (suffix: string): string =>
    `aws:cloudwatch/metricAlarm:MetricAlarm CustomerEventTopic${suffix}`;
  const action = 'arn:aws:sns:eu-central-1:123456789012:on-call';

  it('go off when SNS cannot deliver an event, or loses one', async () => {
    const { all, get } = await customer({ alarmActions: [action], tags: { team: 'crm' } });
    const common = {
      namespace: 'AWS/SNS',
      dimensions: { TopicName: 'CustomerEventTopic.fifo' },
      statistic: 'Sum',
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      treatMissingData: 'notBreaching',
      alarmActions: [action],
      okActions: [action],
      alarmDescription: expect.stringContaining('SNS'),
      tags: { team: 'crm' },
    };

    expect(get(alarm('NotificationsFailed')).inputs).toEqual({
      ...common,
      name: 'CustomerEventTopicNotificationsFailed',
      metricName: 'NumberOfNotificationsFailed',
    });
    expect(get(alarm('NotificationsLost')).inputs).toEqual({
      ...common,
      name: 'CustomerEventTopicNotificationsLost',
      metricName: 'NumberOfNotificationsFailedToRedriveToDlq',
    });
    expect(all.filter(({ type }) => type.endsWith('MetricAlarm'))).toHaveLength(2);
  });

  it('go off when SNS refused an event, by what the dead-letter queue holds', async () => {
    const { get } = await customer({ alarmActions: [], deadLetterQueue: true });

    expect(get(alarm('EventsRefused')).inputs).toMatchObject({
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: 'CustomerEventTopicDeadLetter.fifo' },
      statistic: 'Maximum',
      period: 60,
      threshold: 0,
      alarmActions: [],
    });
    expect(get(alarm('EventsExpire')).inputs).toMatchObject({
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: 'CustomerEventTopicDeadLetter.fifo' },
      threshold: 604_800,
    });
  });
});

describe('an EventTopic with everything', () => {
  it('lists all of its resources, each its child and tagged', async () => {
    const { all, outputs } = await customer({
      encryption: 'customerKey',
      deadLetterQueue: true,
      deliveryLogSamplePercent: 100,
      alarmActions: [],
      tags: { team: 'crm', stage: pulumi.output('test') },
    });
    const children = all.filter(({ type }) => type.startsWith('aws:'));
    const TAGLESS = /(Policy|Key)Policy$|QueuePolicy$|RolePolicy$|TopicPolicy$/;

    expect((outputs as { urns: string[] }).urns.toSorted()).toEqual(
      children.map(({ type, name }) => `${type}::${name}`).sort(),
    );
    for (const { type, name, parent, inputs } of children) {
      expect(parent, name).toBe('reventless:EventTopic CustomerEventTopic');
      if (!TAGLESS.test(type)) expect(inputs['tags'], type).toEqual({ team: 'crm', stage: 'test' });
    }
  });
});
