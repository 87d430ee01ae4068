import { beforeAll, describe, expect, it } from 'vitest';
import { ClaimCheckBucket, EventCollector, EventTopic } from '../../infra/components/index.ts';
import { type AccessRequest, evaluate, type Policies } from './support/evaluate-policy.ts';
import { policyOf } from './support/policies.ts';
import {
  ACCOUNT,
  keyArn,
  type Registrations,
  registrationsOf,
  snsArn,
  sqsArn,
} from './support/registrations.ts';

/**
 * A context whose every part is there: its plugin in account 222222222222 publishes too, that account and its organisation listen.
 * Each row is a request and what AWS must make of it, given the policies as they are rendered.
 */
let registered: Registrations;

const customer = snsArn('CustomerEventTopic.fifo');
const order = snsArn('OrderEventTopic.fifo');
const queue = sqsArn('ReadModelEventCollector.fifo');
const collectorDeadLetters = sqsArn('ReadModelEventCollectorDeadLetter.fifo');
const refused = sqsArn('CustomerEventTopicDeadLetter.fifo');
const topicKey = keyArn('CustomerEventTopic');
const queueKey = keyArn('ReadModelEventCollector');
const objects = 'arn:aws:s3:::shopclaimcheckbucket';

const worker = 'arn:aws:iam::123456789012:role/worker';
const consumer = 'arn:aws:iam::123456789012:role/consumer';
const bystander = 'arn:aws:iam::123456789012:role/bystander';
const plugin = 'arn:aws:iam::222222222222:role/plugin';
const otherOfPlugin = 'arn:aws:iam::222222222222:role/deployer';
const colleague = 'arn:aws:iam::333333333333:role/deployer';
const stranger = 'arn:aws:iam::999999999999:role/stranger';
const sns = 'sns.amazonaws.com';

const viaSns = { 'kms:ViaService': 'sns.eu-central-1.amazonaws.com' };
const viaSqs = { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' };
const viaS3 = { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' };
const plain = { 'aws:SecureTransport': 'false' };
const queueOf = (account: string): Record<string, string> => ({
  'sns:Protocol': 'sqs',
  'sns:Endpoint': `arn:aws:sqs:eu-central-1:${account}:InvoicingEventCollector.fifo`,
});
const toQueue = queueOf('222222222222');
const inOrganization = { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' };
const fromCustomer = { 'aws:SourceArn': customer };

beforeAll(async () => {
  registered = await registrationsOf(() => {
    const claimCheckBucket = new ClaimCheckBucket('Shop', {
      kmsKeyArn: keyArn('claims'),
      readerAccounts: ['222222222222'],
      readerOrganization: 'o-a1b2c3d4e5',
    });
    const topic = new EventTopic('Customer', {
      encryption: 'customerKey',
      publisherPrincipals: [plugin],
      subscriberAccounts: ['222222222222'],
      subscriberOrganization: 'o-a1b2c3d4e5',
      claimCheckBucket,
      deadLetterQueue: true,
    });
    new EventCollector('ReadModel', { eventTopics: [topic], encryption: 'customerKey' });
  });
});

/** The policies that count for a request, by what it is about. */
function policiesFor({ principal, resource }: AccessRequest): Policies {
  const identity = identityPolicies(principal);
  if (resource === customer)
    return { identity, resource: policyOf(registered, 'aws:sns/topicPolicy:TopicPolicy CustomerEventTopic') };
  if (resource.includes(':kms:')) return { identity, ...keyPolicy(resource) };
  if (resource.includes(':sqs:')) {
    const name = resource.split(':').at(-1)?.replace('.fifo', '');
    return { identity, resource: policyOf(registered, `aws:sqs/queuePolicy:QueuePolicy ${name}`) };
  }
  if (!resource.startsWith(objects)) return { identity };
  const bucket = policyOf(registered, 'aws:s3/bucketPolicy:BucketPolicy ShopClaimCheckBucket');
  return { identity, resource: bucket, owner: ACCOUNT };
}

function identityPolicies(principal: string): NonNullable<Policies['identity']> {
  if (principal === worker)
    return [policyOf(registered, 'aws:iam/policy:Policy CustomerEventTopicPublisher')];
  if (principal === consumer)
    return [policyOf(registered, 'aws:iam/policy:Policy ReadModelEventCollectorConsumer')];
  // Of another account nothing is known: its own policies may allow everything.
  const everything = { Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' } as const;
  return principal === bystander ? [] : [{ Version: '2012-10-17', Statement: [everything] }];
}

function keyPolicy(key: string): Policies {
  const name = key.split('/').at(-1) ?? '';
  const reference = `aws:kms/keyPolicy:KeyPolicy ${name}`;
  const exists = registered.all.some((one) => `${one.type} ${one.name}` === reference);
  // A given key has AWS's default policy.
  const root = { AWS: 'arn:aws:iam::123456789012:root' };
  const byDefault = {
    Sid: 'Root',
    Effect: 'Allow',
    Principal: root,
    Action: 'kms:*',
    Resource: '*',
  } as const;
  const resource = exists
    ? policyOf(registered, reference)
    : ({ Version: '2012-10-17', Statement: [byDefault] } as const);
  return { resource, resourceDecides: true };
}

type Row = [principal: string, action: string, resource: string, context?: Record<string, string>];

function decide([principal, action, resource, context = {}]: Row): string {
  const request = { principal, action, resource, context };
  return evaluate(request, policiesFor(request));
}

/** One argument each, for `it.each`. */
function rows(list: readonly Row[]): [Row][] {
  return list.map((row) => [row]);
}

const encrypts = ['kms:GenerateDataKey', 'kms:Decrypt'];

describe('the topic', () => {
  it.each<[Row]>(
    rows([
      [worker, 'sns:Publish', customer],
      [plugin, 'sns:Publish', customer],
      [otherOfPlugin, 'sns:Subscribe', customer, toQueue],
      [colleague, 'sns:Subscribe', customer, { ...toQueue, ...inOrganization }],
      ...encrypts.map((action): Row => [worker, action, topicKey, viaSns]),
      ...encrypts.map((action): Row => [plugin, action, topicKey, viaSns]),
      ...encrypts.map((action): Row => [sns, action, topicKey, fromCustomer]),
    ]),
  )('allows %j', (row) => {
    expect(decide(row)).toBe('allowed');
  });

  it.each<[Row]>(
    rows([
      [worker, 'sns:Publish', customer, plain],
      [plugin, 'sns:Publish', customer, plain],
      [worker, 'sns:Publish', order],
      [worker, 'sns:Subscribe', customer, toQueue],
      [worker, 'sns:DeleteTopic', customer],
      [worker, 'sns:SetTopicAttributes', customer],
      [consumer, 'sns:Publish', customer],
      [bystander, 'sns:Publish', customer],
      [plugin, 'sns:SetTopicAttributes', customer],
      [otherOfPlugin, 'sns:Publish', customer],
      [otherOfPlugin, 'sns:Subscribe', customer, { ...toQueue, 'sns:Protocol': 'https' }],
      [otherOfPlugin, 'sns:Subscribe', customer, queueOf('999999999999')],
      [otherOfPlugin, 'sns:Subscribe', customer],
      [otherOfPlugin, 'sns:Subscribe', customer, { ...toQueue, ...plain }],
      [colleague, 'sns:Subscribe', customer, toQueue],
      [colleague, 'sns:Subscribe', customer, { ...toQueue, 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' }],
      [colleague, 'sns:Publish', customer, inOrganization],
      [stranger, 'sns:Subscribe', customer, toQueue],
      [stranger, 'sns:Publish', customer],
      [stranger, 'sns:AddPermission', customer],
      [worker, 'kms:GenerateDataKey', topicKey],
      [worker, 'kms:Decrypt', topicKey, viaS3],
      [worker, 'kms:ScheduleKeyDeletion', topicKey],
      [bystander, 'kms:Decrypt', topicKey, viaSns],
      [plugin, 'kms:Decrypt', topicKey],
      [otherOfPlugin, 'kms:Decrypt', topicKey, viaSns],
      [stranger, 'kms:Decrypt', topicKey, viaSns],
      [sns, 'kms:Decrypt', topicKey],
      [sns, 'kms:Decrypt', topicKey, { 'aws:SourceArn': order }],
    ]),
  )('denies %j', (row) => {
    expect(decide(row)).toBe('denied');
  });
});

describe('the queues', () => {
  it.each<[Row]>(
    rows([
      [sns, 'sqs:SendMessage', queue, fromCustomer],
      [sns, 'sqs:SendMessage', collectorDeadLetters, fromCustomer],
      [consumer, 'sqs:ReceiveMessage', queue],
      [consumer, 'sqs:DeleteMessage', queue],
      [consumer, 'sqs:ChangeMessageVisibility', queue],
      [consumer, 'sqs:GetQueueAttributes', queue],
      [consumer, 'kms:Decrypt', queueKey, viaSqs],
      ...encrypts.map((action): Row => [sns, action, queueKey, fromCustomer]),
      [worker, 'sqs:SendMessage', refused],
      [plugin, 'sqs:SendMessage', refused],
      ...encrypts.map((action): Row => [worker, action, topicKey, viaSqs]),
      ...encrypts.map((action): Row => [plugin, action, topicKey, viaSqs]),
    ]),
  )('allow %j', (row) => {
    expect(decide(row)).toBe('allowed');
  });

  it.each<[Row]>(
    rows([
      [sns, 'sqs:SendMessage', queue],
      [sns, 'sqs:SendMessage', queue, { 'aws:SourceArn': order }],
      [sns, 'sqs:SendMessage', queue, { 'aws:SourceArn': `${customer}x` }],
      [sns, 'sqs:SendMessage', queue, { ...fromCustomer, ...plain }],
      [sns, 'sqs:ReceiveMessage', queue, fromCustomer],
      [sns, 'sqs:SendMessage', refused, fromCustomer],
      ['events.amazonaws.com', 'sqs:SendMessage', queue, fromCustomer],
      [consumer, 'sqs:ReceiveMessage', queue, plain],
      [consumer, 'sqs:SendMessage', queue],
      [consumer, 'sqs:PurgeQueue', queue],
      [consumer, 'sqs:ReceiveMessage', collectorDeadLetters],
      [consumer, 'sqs:ReceiveMessage', refused],
      [consumer, 'kms:GenerateDataKey', queueKey, viaSqs],
      [consumer, 'kms:Decrypt', queueKey],
      [consumer, 'kms:Decrypt', topicKey, viaSqs],
      [worker, 'sqs:SendMessage', refused, plain],
      [worker, 'sqs:ReceiveMessage', refused],
      [plugin, 'sqs:SendMessage', refused, plain],
      [plugin, 'sqs:ReceiveMessage', refused],
      [otherOfPlugin, 'sqs:SendMessage', refused],
      [worker, 'sqs:SendMessage', queue],
      [bystander, 'sqs:SendMessage', refused],
      [bystander, 'sqs:ReceiveMessage', queue],
      [stranger, 'sqs:SendMessage', queue],
      [stranger, 'sqs:ReceiveMessage', queue],
      [stranger, 'sqs:SendMessage', refused],
      [sns, 'kms:Decrypt', queueKey, { 'aws:SourceArn': order }],
      [stranger, 'kms:Decrypt', queueKey, viaSqs],
    ]),
  )('deny %j', (row) => {
    expect(decide(row)).toBe('denied');
  });
});

describe('the claim-check bucket', () => {
  const ofCustomer = `${objects}/Customer/0a1b`;
  const ofOrder = `${objects}/Order/0a1b`;

  it.each<[Row]>(
    rows([
      [worker, 's3:PutObject', ofCustomer],
      [worker, 'kms:GenerateDataKey', keyArn('claims'), viaS3],
      [consumer, 's3:GetObject', ofCustomer],
      [consumer, 'kms:Decrypt', keyArn('claims'), viaS3],
      [otherOfPlugin, 's3:GetObject', ofCustomer],
      [colleague, 's3:GetObject', ofCustomer, inOrganization],
    ]),
  )('allows %j', (row) => {
    expect(decide(row)).toBe('allowed');
  });

  it.each<[Row]>(
    rows([
      [worker, 's3:PutObject', ofCustomer, plain],
      [worker, 's3:PutObject', ofOrder],
      [worker, 's3:PutObject', `${objects}/CustomerX/0a1b`],
      [worker, 's3:GetObject', ofCustomer],
      [worker, 's3:DeleteObject', ofCustomer],
      [worker, 'kms:Decrypt', keyArn('claims'), viaS3],
      [consumer, 's3:GetObject', ofCustomer, plain],
      [consumer, 's3:GetObject', ofOrder],
      [consumer, 's3:PutObject', ofCustomer],
      [consumer, 's3:DeleteObject', ofCustomer],
      [consumer, 's3:ListBucket', objects],
      [consumer, 'kms:GenerateDataKey', keyArn('claims'), viaS3],
      [bystander, 's3:GetObject', ofCustomer],
      [otherOfPlugin, 's3:PutObject', ofCustomer],
      [otherOfPlugin, 's3:ListBucket', objects],
      [otherOfPlugin, 's3:GetObject', ofCustomer, plain],
      [colleague, 's3:GetObject', ofCustomer],
      [stranger, 's3:GetObject', ofCustomer],
    ]),
  )('denies %j', (row) => {
    expect(decide(row)).toBe('denied');
  });
});
