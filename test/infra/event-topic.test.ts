import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../infra/components/index.ts';
import { policyOf } from './support/policies.ts';
import { policyArn, registrationsOf, snsArn } from './support/registrations.ts';

const topicArn = snsArn('CustomerEventTopic.fifo');
const TOPIC = 'aws:sns/topic:Topic CustomerEventTopic';

describe('an EventTopic', () => {
  it('is an encrypted SNS FIFO topic, its policy and that of its publishers, all named after the aggregate', async () => {
    const { all } = await registrationsOf(() => {
      new EventTopic('Customer');
    });

    expect(all).toEqual([
      {
        type: 'reventless:EventTopic',
        name: 'CustomerEventTopic',
        inputs: {},
        parent: 'pulumi:pulumi:Stack project-stack',
        dependencies: [],
      },
      {
        type: 'aws:sns/topic:Topic',
        name: 'CustomerEventTopic',
        inputs: {
          name: 'CustomerEventTopic.fifo',
          fifoTopic: true,
          fifoThroughputScope: 'MessageGroup',
          kmsMasterKeyId: 'alias/aws/sns',
        },
        parent: 'reventless:EventTopic CustomerEventTopic',
        dependencies: [],
      },
      {
        type: 'aws:sns/topicPolicy:TopicPolicy',
        name: 'CustomerEventTopic',
        inputs: { arn: topicArn, policy: expect.any(String) },
        parent: 'reventless:EventTopic CustomerEventTopic',
        dependencies: [TOPIC],
      },
      {
        type: 'aws:iam/policy:Policy',
        name: 'CustomerEventTopicPublisher',
        inputs: {
          namePrefix: 'CustomerEventTopicPublisher-',
          description: 'Publish to CustomerEventTopic',
          policy: expect.any(String),
        },
        parent: 'reventless:EventTopic CustomerEventTopic',
        dependencies: [TOPIC],
      },
    ]);
  });

  it('grants nobody but its account anything, and nothing without TLS', async () => {
    const registered = await registrationsOf(() => {
      new EventTopic('Customer');
    });

    expect(policyOf(registered, 'aws:sns/topicPolicy:TopicPolicy CustomerEventTopic')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: [
            'sns:Publish',
            'sns:Subscribe',
            'sns:ListSubscriptionsByTopic',
            'sns:GetTopicAttributes',
            'sns:SetTopicAttributes',
            'sns:AddPermission',
            'sns:RemovePermission',
            'sns:DeleteTopic',
          ],
          Resource: topicArn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
    expect(policyOf(registered, 'aws:iam/policy:Policy CustomerEventTopicPublisher')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Sid: 'PublishEvents', Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn }],
    });
  });

  it('offers what others need of it, and its resources', async () => {
    const { outputs } = await registrationsOf(() => {
      const topic = new EventTopic('Customer');
      const { name, type, topicArn, topicName, publisherPolicyArn, publisherConfig, resources } = topic;
      const { kmsKeyArn, deadLetterQueueUrl, claimCheckBucket } = topic;
      const absent = [kmsKeyArn, deadLetterQueueUrl, claimCheckBucket];
      const urns = resources.map(({ urn }) => urn);
      return { name, type, topicArn, topicName, publisherPolicyArn, publisherConfig, absent, urns };
    });

    expect(outputs).toEqual({
      name: 'Customer',
      type: 'fifo',
      topicArn,
      topicName: 'CustomerEventTopic.fifo',
      publisherPolicyArn: policyArn('CustomerEventTopicPublisher'),
      publisherConfig: topicArn,
      absent: [undefined, undefined, undefined],
      urns: [
        expect.stringMatching(/\$aws:sns\/topic:Topic::CustomerEventTopic$/),
        expect.stringMatching(/\$aws:sns\/topicPolicy:TopicPolicy::CustomerEventTopic$/),
        expect.stringMatching(/\$aws:iam\/policy:Policy::CustomerEventTopicPublisher$/),
      ],
    });
  });

  it('takes the options of a component', async () => {
    const { get } = await registrationsOf(() => {
      const parent = new pulumi.ComponentResource('test:Parent', 'shop');
      new EventTopic('Customer', {}, { parent, protect: true });
    });

    expect(get('reventless:EventTopic CustomerEventTopic').parent).toBe('test:Parent shop');
    expect(get(TOPIC).protect).toBe(true);
  });
});

describe('the name of an EventTopic', () => {
  const longest = 'a'.repeat(256 - 'EventTopic.fifo'.length);

  it.each(['Customer', 'customer-2_b', longest])('may be %s', async (name) => {
    const { get } = await registrationsOf(() => {
      new EventTopic(name);
    });

    expect(get(`aws:sns/topic:Topic ${name}EventTopic`).inputs['name']).toBe(`${name}EventTopic.fifo`);
    // What the provider completes to a name of at most 128 characters.
    const { namePrefix } = get(`aws:iam/policy:Policy ${name}EventTopicPublisher`).inputs;
    expect(String(namePrefix).length).toBeLessThanOrEqual(102);
  });

  it.each([
    ['', 0],
    ['Customer Order', 14],
    ['Customer.fifo', 13],
    ['Kundë', 5],
    [`${longest}a`, 242],
  ])('may not be %j', async (name, length) => {
    const { all } = await registrationsOf(() => {
      expect(() => new EventTopic(name)).toThrow(
        `EventTopic "${name}" cannot be created [faults=1]. Correct its arguments:\n` +
          `  - name: must be 1 to 241 letters, digits, "-" or "_" [length=${length}, value="${name}"]`,
      );
    });

    expect(all).toEqual([]);
  });
});
