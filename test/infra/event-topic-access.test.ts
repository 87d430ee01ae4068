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
import { keyArn } from './support/registrations.ts';

const givenKey = keyArn('given');

describe('the encryption of an EventTopic', () => {
  it('may be by a customer key that is created, which the topic waits for', async () => {
    const registered = await customer({ encryption: 'customerKey', tags: { team: 'crm' } });

    expect(registered.get(KEY)).toMatchObject({
      inputs: {
        description: 'Events of CustomerEventTopic',
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        tags: { team: 'crm' },
      },
      parent: 'reventless:EventTopic CustomerEventTopic',
    });
    expect(registered.get(KEY_POLICY).inputs['keyId']).toBe('CustomerEventTopic-id');
    expect(registered.get(TOPIC)).toMatchObject({
      inputs: { kmsMasterKeyId: keyArn('CustomerEventTopic') },
      dependencies: [KEY, KEY_POLICY],
    });
    expect(registered.outputs).toMatchObject({ kmsKeyArn: keyArn('CustomerEventTopic') });
  });

  it('lets SNS use that key for this topic alone, and its publishers through SNS', async () => {
    const registered = await customer({
      encryption: 'customerKey',
      publisherPrincipals: ['arn:aws:iam::222222222222:role/worker'],
    });
    const actions = ['kms:GenerateDataKey', 'kms:Decrypt'];

    expect(policyOf(registered, KEY_POLICY)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AdministerByAccount',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::123456789012:root' },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Sid: 'DeliverFromEventTopics',
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: actions,
          Resource: '*',
          Condition: { ArnEquals: { 'aws:SourceArn': [topicArn] } },
        },
        {
          Sid: 'PublishByPrincipals',
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam::222222222222:role/worker'] },
          Action: actions,
          Resource: '*',
          Condition: {
            StringEquals: { 'kms:ViaService': ['sns.eu-central-1.amazonaws.com'] },
          },
        },
      ],
    });
    expect(added(registered, PUBLISHER_POLICY)).toEqual([
      {
        Sid: 'EncryptEvents',
        Effect: 'Allow',
        Action: actions,
        Resource: keyArn('CustomerEventTopic'),
        Condition: { StringEquals: { 'kms:ViaService': ['sns.eu-central-1.amazonaws.com'] } },
      },
    ]);
  });

  it.each([undefined, 'customerKey'] as const)(
    'may be by a given key, with encryption %s',
    async (encryption) => {
      const registered = await customer({
        ...(encryption === undefined ? {} : { encryption }),
        kmsKeyArn: pulumi.output(givenKey),
      });

      expect(registered.get(TOPIC).inputs['kmsMasterKeyId']).toBe(givenKey);
      expect(registered.all.filter(({ type }) => type.startsWith('aws:kms'))).toEqual([]);
      expect(added(registered, PUBLISHER_POLICY)).toMatchObject([{ Resource: givenKey }]);
    },
  );

  it('names the services of China by their names there', async () => {
    const kmsKeyArn = 'arn:aws-cn:kms:cn-north-1:123456789012:key/given';
    const registered = await customer({ kmsKeyArn });

    expect(added(registered, PUBLISHER_POLICY)).toMatchObject([
      { Condition: { StringEquals: { 'kms:ViaService': ['sns.cn-north-1.amazonaws.com.cn'] } } },
    ]);
  });
});

describe('the policy of an EventTopic', () => {
  it('lets the given principals publish', async () => {
    const publisherPrincipals = [pulumi.output('arn:aws:iam::222222222222:role/worker')];

    expect(added(await customer({ publisherPrincipals }), TOPIC_POLICY)).toEqual([
      {
        Sid: 'PublishByPrincipals',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::222222222222:role/worker'] },
        Action: 'sns:Publish',
        Resource: topicArn,
      },
    ]);
  });

  it('lets the given accounts subscribe queues of theirs, and the organisation queues', async () => {
    const subscribe = { Effect: 'Allow', Action: 'sns:Subscribe', Resource: topicArn };
    const registered = await customer({
      subscriberAccounts: ['222222222222', '333333333333'],
      subscriberOrganization: 'o-a1b2c3d4e5',
    });

    expect(added(registered, TOPIC_POLICY)).toEqual([
      {
        Sid: 'SubscribeByAccounts',
        ...subscribe,
        Principal: { AWS: ['222222222222', '333333333333'] },
        Condition: {
          StringEquals: { 'sns:Protocol': 'sqs' },
          StringLike: { 'sns:Endpoint': ['arn:*:sqs:*:222222222222:*', 'arn:*:sqs:*:333333333333:*'] },
        },
      },
      {
        Sid: 'SubscribeByOrganization',
        ...subscribe,
        Principal: '*',
        Condition: { StringEquals: { 'sns:Protocol': 'sqs', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      },
    ]);
  });
});

describe('the claim-check bucket of an EventTopic', () => {
  const bucketArn = 'arn:aws:s3:::shop-claims';

  it('may be written to by publishers, below the key of this topic', async () => {
    const registered = await customer({ claimCheckBucket: { bucketArn, prefix: 'claim-checks/' } });

    expect(added(registered, PUBLISHER_POLICY)).toEqual([
      {
        Sid: 'WriteLargeEvents',
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::shop-claims/claim-checks/Customer/*',
      },
    ]);
  });

  it('may have a key of its own', async () => {
    const registered = await customer({ claimCheckBucket: { bucketArn, kmsKeyArn: givenKey } });

    expect(added(registered, PUBLISHER_POLICY)).toEqual([
      {
        Sid: 'WriteLargeEvents',
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::shop-claims/Customer/*',
      },
      {
        Sid: 'EncryptLargeEvents',
        Effect: 'Allow',
        Action: 'kms:GenerateDataKey',
        Resource: givenKey,
        Condition: { StringEquals: { 'kms:ViaService': ['s3.eu-central-1.amazonaws.com'] } },
      },
    ]);
  });
});
