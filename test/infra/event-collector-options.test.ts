import * as aws from '@pulumi/aws/provider.js';
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { EventCollector } from '../../infra/components/index.ts';
import {
  CONSUMER_POLICY,
  DEAD_LETTER_QUEUE,
  notification,
  order,
  QUEUE,
  SUBSCRIPTION,
} from './support/notification-collector.ts';
import { policyOf } from './support/policies.ts';
import { keyArn, registrationsOf, snsArn, sqsArn } from './support/registrations.ts';

const KEY = 'aws:kms/key:Key NotificationEventCollector';
const KEY_POLICY = 'aws:kms/keyPolicy:KeyPolicy NotificationEventCollector';

describe('the kind of an EventCollector', () => {
  it('may be standard, for standard topics', async () => {
    const topicArn = snsArn('OrderEventTopic');
    const { get } = await notification({ type: 'standard', eventTopics: [{ name: 'Order', topicArn }] });

    expect(get(QUEUE).inputs).toEqual({
      name: 'NotificationEventCollector',
      messageRetentionSeconds: 1_209_600,
      visibilityTimeoutSeconds: 60,
      sqsManagedSseEnabled: true,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: sqsArn('NotificationEventCollectorDeadLetter'),
        maxReceiveCount: 100,
      }),
      receiveWaitTimeSeconds: 20,
      redriveAllowPolicy: '{"redrivePermission":"denyAll"}',
    });
    expect(get(DEAD_LETTER_QUEUE).inputs).toEqual({
      name: 'NotificationEventCollectorDeadLetter',
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
  });

  it('may be standard also for FIFO topics, of which it does not keep the order', async () => {
    const { get } = await notification({ type: 'standard' });

    expect(get(SUBSCRIPTION).inputs['endpoint']).toBe(sqsArn('NotificationEventCollector'));
  });
});

describe('the retention of an EventCollector', () => {
  it.each([60, 1_209_600])('may be %i seconds, of its queue alone', async (messageRetentionSeconds) => {
    const { get } = await notification({ messageRetentionSeconds });

    expect(get(QUEUE).inputs['messageRetentionSeconds']).toBe(messageRetentionSeconds);
    expect(get(DEAD_LETTER_QUEUE).inputs['messageRetentionSeconds']).toBe(1_209_600);
  });
});

describe('the filter of an EventCollector', () => {
  it('may be by types and services', async () => {
    const { get } = await notification({
      eventTypes: [pulumi.output('Placed'), 'Cancelled'],
      services: pulumi.output(['shop']),
    });

    expect(get(SUBSCRIPTION).inputs).toMatchObject({
      filterPolicy: '{"eventType":["Placed","Cancelled"],"service":["shop"]}',
      filterPolicyScope: 'MessageAttributes',
    });
  });

  it('may be by other attributes', async () => {
    const filterAttributes = { schemaVersion: [{ prefix: '2.' }], position: [{ numeric: ['>', 5] }] };
    const { get } = await notification({ eventTypes: ['Placed'], filterAttributes });

    expect(get(SUBSCRIPTION).inputs['filterPolicy']).toBe(
      JSON.stringify({ eventType: ['Placed'], ...filterAttributes }),
    );
  });

  it('may be by the body', async () => {
    const filterBody = { event: { country: ['DE', 'AT'] }, meta: { user: [{ exists: true }] } };
    const { get } = await notification({ filterBody });

    expect(get(SUBSCRIPTION).inputs).toMatchObject({
      filterPolicy: JSON.stringify(filterBody),
      filterPolicyScope: 'MessageBody',
    });
  });
});

describe('the replay of an EventCollector', () => {
  it('begins at a time', async () => {
    const { get } = await notification({ replayFrom: '2026-11-01T00:00:00Z' });

    expect(get(SUBSCRIPTION).inputs['replayPolicy']).toBe(
      '{"PointType":"Timestamp","StartingPoint":"2026-11-01T00:00:00Z"}',
    );
  });

  it('may end at a time', async () => {
    const replayTo = pulumi.output('2026-11-02T00:00:00Z');
    const { get } = await notification({ replayFrom: '2026-11-01T00:00:00Z', replayTo });

    expect(get(SUBSCRIPTION).inputs['replayPolicy']).toBe(
      '{"PointType":"Timestamp","StartingPoint":"2026-11-01T00:00:00Z","EndingPoint":"2026-11-02T00:00:00Z"}',
    );
  });
});

describe('a topic of another place', () => {
  const topicArn = 'arn:aws:sns:us-east-1:222222222222:OrderEventTopic.fifo';

  it('is subscribed to in its region, from where SNS cannot reach the dead-letter queue', async () => {
    const { get } = await notification({ eventTopics: [{ name: 'Order', topicArn }] });

    expect(get(SUBSCRIPTION).inputs).toEqual({
      topic: topicArn,
      region: 'us-east-1',
      protocol: 'sqs',
      endpoint: sqsArn('NotificationEventCollector.fifo'),
      rawMessageDelivery: true,
    });
  });

  it('may have a dead-letter queue in its region, and a provider of its own', async () => {
    const deadLetterQueueArn = 'arn:aws:sqs:us-east-1:123456789012:Undelivered.fifo';
    const { get } = await registrationsOf(() => {
      const provider = new aws.Provider('virginia', { region: 'us-east-1' });
      new EventCollector('Notification', {
        eventTopics: [{ name: 'Order', topicArn, provider, deadLetterQueueArn }],
      });
    });

    expect(get(SUBSCRIPTION)).toMatchObject({
      inputs: { redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn }) },
      provider: expect.stringContaining('virginia'),
    });
    expect(get(QUEUE)).not.toHaveProperty('provider');
  });
});

describe('the encryption of an EventCollector', () => {
  it('may be by a customer key that is created, which SNS may use for its topics', async () => {
    const registered = await notification({ encryption: 'customerKey' });

    for (const queue of [QUEUE, DEAD_LETTER_QUEUE]) {
      const { inputs, dependencies } = registered.get(queue);
      expect(inputs['kmsMasterKeyId']).toBe(keyArn('NotificationEventCollector'));
      expect(inputs).not.toHaveProperty('sqsManagedSseEnabled');
      expect(dependencies).toEqual(expect.arrayContaining([KEY, KEY_POLICY]));
    }
    expect(policyOf(registered, KEY_POLICY).Statement[1]).toEqual({
      Sid: 'DeliverFromEventTopics',
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': [order.topicArn] } },
    });
    expect(policyOf(registered, CONSUMER_POLICY).Statement[1]).toEqual({
      Sid: 'DecryptEvents',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: keyArn('NotificationEventCollector'),
      Condition: { StringEquals: { 'kms:ViaService': ['sqs.eu-central-1.amazonaws.com'] } },
    });
    expect(registered.outputs).toMatchObject({ kmsKeyArn: keyArn('NotificationEventCollector') });
  });

  it('may be by a given key', async () => {
    const { all, get } = await notification({ kmsKeyArn: keyArn('given') });

    expect(get(QUEUE).inputs['kmsMasterKeyId']).toBe(keyArn('given'));
    expect(get(DEAD_LETTER_QUEUE).inputs['kmsMasterKeyId']).toBe(keyArn('given'));
    expect(all.filter(({ type }) => type.startsWith('aws:kms'))).toEqual([]);
  });
});
