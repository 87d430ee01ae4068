import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import {
  added,
  customer,
  KEY,
  KEY_POLICY,
  PUBLISHER_POLICY,
  TOPIC,
  TOPIC_POLICY,
  topicArn,
} from './support/customer-topic.ts';
import { policyOf } from './support/policies.ts';
import { keyArn, snsArn, sqsArn, sqsUrl } from './support/registrations.ts';

const DEAD_LETTER_QUEUE = 'aws:sqs/queue:Queue CustomerEventTopicDeadLetter';
const DEAD_LETTER_POLICY = 'aws:sqs/queuePolicy:QueuePolicy CustomerEventTopicDeadLetter';

describe('the kind of an EventTopic', () => {
  it('may be standard', async () => {
    const registered = await customer({ type: 'standard' });

    expect(registered.get(TOPIC).inputs).toEqual({
      name: 'CustomerEventTopic',
      signatureVersion: 2,
      kmsMasterKeyId: 'alias/aws/sns',
    });
    expect(registered.outputs).toMatchObject({
      type: 'standard',
      publisherConfig: snsArn('CustomerEventTopic'),
    });
  });

  it('may limit throughput and compare msgIds for the topic as a whole', async () => {
    const { get } = await customer({ throughputScope: pulumi.output('Topic' as const) });

    expect(get(TOPIC).inputs['fifoThroughputScope']).toBe('Topic');
  });
});

describe('the archive of an EventTopic', () => {
  it('keeps events for as many days as asked, and Pulumi does not delete the topic', async () => {
    const { get } = await customer({ archiveRetentionDays: 30 });

    expect(get(TOPIC).inputs['archivePolicy']).toBe('{"MessageRetentionPeriod":"30"}');
    expect(get(TOPIC).protect).toBe(true);
    expect(get(TOPIC_POLICY).protect).toBeUndefined();
  });

  it('is switched off by 0, after which the topic may be deleted when its owner says so', async () => {
    const { get } = await customer({ archiveRetentionDays: 0, protectArchive: false });

    expect(get(TOPIC).inputs['archivePolicy']).toBe('{}');
    expect(get(TOPIC).protect).toBeUndefined();
  });

  it('is protected also when only the deployment knows how long it keeps events', async () => {
    const { get } = await customer({ archiveRetentionDays: pulumi.output(7) });

    expect(get(TOPIC).inputs['archivePolicy']).toBe('{"MessageRetentionPeriod":"7"}');
    expect(get(TOPIC).protect).toBe(true);
  });
});

describe('the dead-letter queue of an EventTopic', () => {
  it('is created on demand, for the publisher alone', async () => {
    const registered = await customer({ deadLetterQueue: true, tags: { team: 'crm' } });

    expect(registered.get(DEAD_LETTER_QUEUE)).toMatchObject({
      inputs: {
        name: 'CustomerEventTopicDeadLetter.fifo',
        fifoQueue: true,
        deduplicationScope: 'messageGroup',
        fifoThroughputLimit: 'perMessageGroupId',
        messageRetentionSeconds: 1_209_600,
        sqsManagedSseEnabled: true,
        redriveAllowPolicy: '{"redrivePermission":"denyAll"}',
        tags: { team: 'crm' },
      },
      parent: 'reventless:EventTopic CustomerEventTopic',
    });
    expect(policyOf(registered, DEAD_LETTER_POLICY).Statement).toEqual([
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: sqsArn('CustomerEventTopicDeadLetter.fifo'),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
    expect(added(registered, PUBLISHER_POLICY)).toEqual([
      {
        Sid: 'SendRefusedEvents',
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: sqsArn('CustomerEventTopicDeadLetter.fifo'),
      },
    ]);
    const deadLetterQueueUrl = sqsUrl('CustomerEventTopicDeadLetter.fifo');
    expect(registered.outputs).toMatchObject({
      deadLetterQueueUrl,
      publisherConfig: { topicArn, deadLetterQueueUrl },
    });
  });

  it('is standard beside a standard topic', async () => {
    const { get } = await customer({ type: 'standard', deadLetterQueue: true });

    expect(get(DEAD_LETTER_QUEUE).inputs).toEqual({
      name: 'CustomerEventTopicDeadLetter',
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
      redriveAllowPolicy: '{"redrivePermission":"denyAll"}',
    });
  });

  it("is encrypted with the topic's customer key, for which the publisher may also go through SQS", async () => {
    const registered = await customer({ deadLetterQueue: true, encryption: 'customerKey' });
    const { inputs, dependencies } = registered.get(DEAD_LETTER_QUEUE);

    expect(inputs['kmsMasterKeyId']).toBe(keyArn('CustomerEventTopic'));
    expect(inputs).not.toHaveProperty('sqsManagedSseEnabled');
    expect(dependencies).toEqual([KEY, KEY_POLICY]);
    expect(added(registered, PUBLISHER_POLICY)[2]).toEqual({
      Sid: 'EncryptRefusedEvents',
      Effect: 'Allow',
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: keyArn('CustomerEventTopic'),
      Condition: { StringEquals: { 'kms:ViaService': ['sqs.eu-central-1.amazonaws.com'] } },
    });
  });

  it('may be one that exists', async () => {
    const queueArn = sqsArn('Refused.fifo');
    const registered = await customer({ deadLetterQueue: { queueArn, queueUrl: sqsUrl('Refused.fifo') } });

    expect(registered.all.filter(({ type }) => type.startsWith('aws:sqs'))).toEqual([]);
    expect(added(registered, PUBLISHER_POLICY)).toMatchObject([{ Resource: queueArn }]);
    expect(registered.outputs).toMatchObject({ deadLetterQueueUrl: sqsUrl('Refused.fifo') });
  });

  it('may be one that exists with a customer key of its own', async () => {
    const deadLetterQueue = { queueArn: sqsArn('Refused.fifo'), queueUrl: sqsUrl('Refused.fifo') };
    const registered = await customer({
      deadLetterQueue: { ...deadLetterQueue, kmsKeyArn: keyArn('refused') },
    });

    expect(added(registered, PUBLISHER_POLICY)).toEqual([
      {
        Sid: 'SendRefusedEvents',
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: sqsArn('Refused.fifo'),
      },
      {
        Sid: 'EncryptRefusedEvents',
        Effect: 'Allow',
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: keyArn('refused'),
        Condition: { StringEquals: { 'kms:ViaService': ['sqs.eu-central-1.amazonaws.com'] } },
      },
    ]);
  });

  it('takes events of principals of other accounts, who have the leave of its key too', async () => {
    const publisherPrincipals = ['arn:aws:iam::222222222222:role/worker'];
    const registered = await customer({
      deadLetterQueue: true,
      encryption: 'customerKey',
      publisherPrincipals,
    });

    expect(policyOf(registered, DEAD_LETTER_POLICY).Statement.slice(1)).toEqual([
      {
        Sid: 'SendByPrincipals',
        Effect: 'Allow',
        Principal: { AWS: publisherPrincipals },
        Action: 'sqs:SendMessage',
        Resource: sqsArn('CustomerEventTopicDeadLetter.fifo'),
      },
    ]);
    expect(policyOf(registered, KEY_POLICY).Statement.at(-1)).toMatchObject({
      Sid: 'PublishByPrincipals',
      Condition: {
        StringEquals: {
          'kms:ViaService': ['sns.eu-central-1.amazonaws.com', 'sqs.eu-central-1.amazonaws.com'],
        },
      },
    });
  });
});

describe('the endpoints of a standard EventTopic', () => {
  const deadLetterQueueArn = sqsArn('Undelivered');

  it('may be a function, which SNS may call before it is subscribed', async () => {
    const endpoint = 'arn:aws:lambda:eu-central-1:123456789012:function:audit';
    const { get } = await customer({
      type: 'standard',
      endpoints: [{ name: 'Audit', protocol: 'lambda', endpoint, deadLetterQueueArn }],
    });

    expect(get('aws:lambda/permission:Permission CustomerEventTopic-Audit').inputs).toEqual({
      action: 'lambda:InvokeFunction',
      function: endpoint,
      principal: 'sns.amazonaws.com',
      sourceArn: snsArn('CustomerEventTopic'),
    });
    const { inputs, dependencies } = get(
      'aws:sns/topicSubscription:TopicSubscription CustomerEventTopic-Audit',
    );
    expect(inputs).toEqual({
      topic: snsArn('CustomerEventTopic'),
      protocol: 'lambda',
      endpoint,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn }),
    });
    expect(dependencies).toContain('aws:lambda/permission:Permission CustomerEventTopic-Audit');
  });

  it('may be a web service, which gets events in an envelope that is signed', async () => {
    const { get } = await customer({
      type: 'standard',
      endpoints: [
        { name: 'Crm', protocol: 'https', endpoint: 'https://crm.example/events', deadLetterQueueArn },
      ],
    });

    expect(get('aws:sns/topicSubscription:TopicSubscription CustomerEventTopic-Crm').inputs).toEqual({
      topic: snsArn('CustomerEventTopic'),
      protocol: 'https',
      endpoint: 'https://crm.example/events',
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn }),
    });
  });
});
