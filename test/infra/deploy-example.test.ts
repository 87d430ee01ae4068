import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import program from '../../examples/deploy/index.ts';
import { evaluate } from './support/evaluate-policy.ts';
import type { RenderedPolicy } from './support/policies.ts';
import { ACCOUNT, policyArn, REGION, snsArn, sqsArn, sqsUrl } from './support/registrations.ts';
import { registrationsWithEcs, secretArn } from './support/shop-worker.ts';

describe('the program of the deployment guide', () => {
  it('registers a topic, a collector, alarms for both, and a worker that publishes the topic', async () => {
    const registered = await registrationsWithEcs(() =>
      program({
        image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/event-topic-worker:0.3.0`,
        vpcId: 'vpc-0c3',
        subnets: ['subnet-0a1', 'subnet-0b2'],
        apiKeySecretArn: secretArn('temporal'),
        alarmActions: [snsArn('Alarms')],
      }),
    );
    const components = registered.all.filter(({ type }) => type.startsWith('reventless:'));
    const alarms = registered.all.filter(({ type }) => type === 'aws:cloudwatch/metricAlarm:MetricAlarm');
    const attached = registered.all.filter(
      ({ type }) => type === 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
    );

    expect(components.map(({ name }) => name).sort()).toEqual([
      'CustomerEventTopic',
      'CustomerReadModelEventCollector',
      'ShopEventTopicWorker',
    ]);
    expect(alarms.map(({ name }) => name).sort()).toEqual([
      'CustomerEventTopicNotificationsFailed',
      'CustomerEventTopicNotificationsLost',
      'CustomerReadModelEventCollectorEventsSetAside',
      'CustomerReadModelEventCollectorOldestEvent',
    ]);
    expect(attached.map(({ inputs }) => inputs['policyArn'])).toEqual([
      policyArn('CustomerEventTopicPublisher'),
    ]);
    expect(registered.outputs).toEqual({
      queueUrl: sqsUrl('CustomerReadModelEventCollector.fifo'),
      consumerPolicyArn: policyArn('CustomerReadModelEventCollectorConsumer'),
    });
  });
});

describe("the deployer's policy of the guide", () => {
  const principal = `arn:aws:iam::${ACCOUNT}:role/deployer`;
  const subscription = `${snsArn('CustomerEventTopic.fifo')}:2f1d`;
  const alarm = (name: string): string => `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`;
  const policy = (name: string): string => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

  it.each([
    ['allowed', 'sns:CreateTopic', snsArn('CustomerEventTopic.fifo')],
    ['allowed', 'sns:Subscribe', snsArn('CustomerEventTopic.fifo')],
    ['allowed', 'sns:SetSubscriptionAttributes', subscription],
    ['allowed', 'sqs:CreateQueue', sqsArn('ReadModelEventCollector.fifo')],
    ['allowed', 'sqs:SetQueueAttributes', sqsArn('ReadModelEventCollectorDeadLetter.fifo')],
    ['allowed', 'sqs:CreateQueue', sqsArn('CustomerEventTopicDeadLetter.fifo')],
    ['allowed', 'iam:CreatePolicy', policy('CustomerEventTopicPublisher-1')],
    ['allowed', 'iam:CreatePolicy', policy('ReadModelEventCollectorConsumer-1')],
    ['allowed', 'cloudwatch:PutMetricAlarm', alarm('CustomerEventTopicNotificationsFailed')],
    ['denied', 'sns:Publish', snsArn('CustomerEventTopic.fifo')],
    ['denied', 'sns:DeleteTopic', snsArn('Alarms')],
    ['denied', 'sqs:ReceiveMessage', sqsArn('ReadModelEventCollector.fifo')],
    ['denied', 'sqs:PurgeQueue', sqsArn('ReadModelEventCollector.fifo')],
    ['denied', 'sqs:DeleteQueue', sqsArn('orders')],
    ['denied', 'iam:CreatePolicy', policy('AdministratorAccess')],
    ['denied', 'iam:AttachRolePolicy', `arn:aws:iam::${ACCOUNT}:role/admin`],
  ] as const)('%s: %s on %s', async (verdict, action, resource) => {
    const file = new URL('../../examples/deploy/deployer-policy.json', import.meta.url);
    const identity = [JSON.parse(await readFile(file, 'utf8')) as RenderedPolicy];
    expect(evaluate({ action, resource, principal }, { identity })).toBe(verdict);
  });
});
