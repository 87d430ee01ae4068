import { readFile } from 'node:fs/promises';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, describe, expect, it } from 'vitest';
import program from '../../examples/deploy/index.ts';
import { ClaimCheckBucket, EventCollector, EventTopic } from '../../infra/components/index.ts';
import { type AccessRequest, evaluate } from './support/evaluate-policy.ts';
import type { RenderedPolicy } from './support/policies.ts';
import { parseYaml } from './support/pulumi-engine.ts';
import {
  ACCOUNT,
  policyArn,
  REGION,
  type Registration,
  snsArn,
  sqsArn,
  sqsUrl,
} from './support/registrations.ts';
import {
  registrationsWithEcs,
  secretArn,
  shopWorker,
  type WorkerRegistrations,
} from './support/shop-worker.ts';

const VPC = 'vpc-0123456789abcdef0';
const ECS = { 'application-autoscaling:service-namespace': 'ecs' };

/** As the guide sets it. */
const CONFIG = {
  image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/event-topic-worker:0.3.0`,
  temporalAddress: 'eu-central-1.aws.api.temporal.io:7233',
  temporalNamespace: 'shop.a1b2c',
  apiKeySecretArn: secretArn('temporal-api-key'),
  vpcId: VPC,
  subnets: '["subnet-0a1","subnet-0b2"]',
  alarmActions: JSON.stringify([snsArn('on-call')]),
};

afterEach(() => pulumi.runtime.setAllConfig({}));

function registered(): Promise<WorkerRegistrations> {
  return registrationsWithEcs(() => {
    const named = Object.entries(CONFIG).map(([key, value]) => [`${pulumi.getProject()}:${key}`, value]);
    pulumi.runtime.setAllConfig(Object.fromEntries(named));
    return program();
  });
}

/** What the guide's program leaves out, but for customer keys. */
function options(): void {
  const alarmActions: string[] = [];
  const claimCheckBucket = new ClaimCheckBucket('Shop');
  const order = new EventTopic('Order', {
    alarmActions,
    claimCheckBucket,
    deadLetterQueue: true,
    archiveRetentionDays: 30,
    deliveryLogSamplePercent: 1,
  });
  new EventCollector('Notification', {
    eventTopics: [order],
    alarmActions,
    lambdaFunctionArn: arn('lambda', 'function:NotificationEventCollector'),
    handlerTimeoutSeconds: 30,
    consumerRoleName: 'NotificationEventCollector',
  });
}

type Request = Omit<AccessRequest, 'principal'>;

const arn = (service: string, path: unknown): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${path}`;
const iam = (path: string): string => `arn:aws:iam::${ACCOUNT}:${path}`;
const bucket = (name: string): string => `arn:aws:s3:::${name.toLowerCase()}-1`;
const request = (action: string, resource: unknown, context: Record<string, string> = {}): Request => ({
  action,
  resource: String(resource),
  context,
});

/** What AWS is asked to make each resource, by its type. */
const CREATIONS: Readonly<Record<string, (one: Registration) => Request>> = {
  'sns/topic:Topic': ({ inputs }) => request('sns:CreateTopic', arn('sns', inputs['name'])),
  'sns/topicPolicy:TopicPolicy': ({ inputs }) => request('sns:SetTopicAttributes', inputs['arn']),
  'sns/topicSubscription:TopicSubscription': ({ inputs }) => request('sns:Subscribe', inputs['topic']),
  'sqs/queue:Queue': ({ inputs }) => request('sqs:CreateQueue', arn('sqs', inputs['name'])),
  'sqs/queuePolicy:QueuePolicy': ({ name }) => request('sqs:SetQueueAttributes', arn('sqs', name)),
  'sqs/redriveAllowPolicy:RedriveAllowPolicy': ({ name }) =>
    request('sqs:SetQueueAttributes', arn('sqs', name)),
  'cloudwatch/metricAlarm:MetricAlarm': ({ inputs }) =>
    request('cloudwatch:PutMetricAlarm', arn('cloudwatch', `alarm:${inputs['name']}`)),
  'cloudwatch/logGroup:LogGroup': ({ inputs }) =>
    request('logs:CreateLogGroup', arn('logs', `log-group:${inputs['name']}`)),
  'iam/policy:Policy': ({ inputs }) => request('iam:CreatePolicy', iam(`policy/${inputs['namePrefix']}1`)),
  'iam/role:Role': ({ inputs }) => request('iam:CreateRole', iam(`role/${inputs['namePrefix']}1`)),
  'iam/rolePolicy:RolePolicy': ({ inputs }) => request('iam:PutRolePolicy', iam(`role/${inputs['role']}`)),
  'iam/rolePolicyAttachment:RolePolicyAttachment': ({ inputs }) =>
    request('iam:AttachRolePolicy', iam(`role/${inputs['role']}`), {
      'iam:PolicyARN': String(inputs['policyArn']),
    }),
  'ecs/cluster:Cluster': ({ inputs }) =>
    request('ecs:CreateCluster', arn('ecs', `cluster/${inputs['name']}`)),
  'ecs/taskDefinition:TaskDefinition': ({ inputs }) =>
    request('ecs:RegisterTaskDefinition', arn('ecs', `task-definition/${inputs['family']}:1`)),
  'ecs/service:Service': ({ inputs }) =>
    request('ecs:CreateService', arn('ecs', `service/${inputs['name']}/${inputs['name']}`)),
  'ec2/securityGroup:SecurityGroup': ({ inputs }) =>
    request('ec2:CreateSecurityGroup', arn('ec2', `vpc/${inputs['vpcId']}`)),
  'appautoscaling/target:Target': () =>
    request(
      'application-autoscaling:RegisterScalableTarget',
      arn('application-autoscaling', 'scalable-target/1'),
      ECS,
    ),
  'appautoscaling/policy:Policy': () =>
    request(
      'application-autoscaling:PutScalingPolicy',
      arn('application-autoscaling', 'scalable-target/1'),
      ECS,
    ),
  'lambda/eventSourceMapping:EventSourceMapping': ({ inputs }) =>
    request('lambda:CreateEventSourceMapping', '*', { 'lambda:FunctionArn': String(inputs['functionName']) }),
  's3/bucket:Bucket': ({ name }) => request('s3:CreateBucket', bucket(name)),
  's3/bucketPublicAccessBlock:BucketPublicAccessBlock': ({ name }) =>
    request('s3:PutBucketPublicAccessBlock', bucket(name)),
  's3/bucketOwnershipControls:BucketOwnershipControls': ({ name }) =>
    request('s3:PutBucketOwnershipControls', bucket(name)),
  's3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': ({ name }) =>
    request('s3:PutEncryptionConfiguration', bucket(name)),
  's3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': ({ name }) =>
    request('s3:PutLifecycleConfiguration', bucket(name)),
  's3/bucketPolicy:BucketPolicy': ({ name }) => request('s3:PutBucketPolicy', bucket(name)),
};

/** Components are Pulumi's alone. A type that is not in the table is an error, so that none passes unseen. */
function creationOf(one: Registration): Request[] {
  if (!one.type.startsWith('aws:')) return [];
  const creation = CREATIONS[one.type.slice('aws:'.length)];
  if (creation === undefined) throw new Error(`nobody says what creates a ${one.type}`);
  return [creation(one)];
}

async function file(name: string): Promise<string> {
  return await readFile(new URL(`../../examples/deploy/${name}`, import.meta.url), 'utf8');
}

describe('the program of the deployment guide', () => {
  it('registers a topic, a collector, alarms for both, and a worker that publishes the topic', async () => {
    const { all, outputs } = await registered();
    const namesOf = (prefix: string): string[] =>
      all.flatMap(({ type, name }) => (type.startsWith(prefix) ? [name] : [])).sort();
    const attached = all.filter(({ type }) => type.startsWith('aws:iam/rolePolicyAttachment:'));

    expect(namesOf('reventless:')).toEqual([
      'CustomerEventTopic',
      'ReadModelEventCollector',
      'ShopEventTopicWorker',
    ]);
    expect(namesOf('aws:cloudwatch/metricAlarm:')).toEqual([
      'CustomerEventTopicNotificationsFailed',
      'CustomerEventTopicNotificationsLost',
      'ReadModelEventCollectorEventsExpire',
      'ReadModelEventCollectorEventsSetAside',
      'ReadModelEventCollectorOldestEvent',
    ]);
    expect(attached.map(({ inputs }) => inputs['policyArn'])).toEqual([
      policyArn('CustomerEventTopicPublisher'),
    ]);
    expect(outputs).toEqual({
      eventTopics: { Customer: snsArn('CustomerEventTopic.fifo') },
      queueUrl: sqsUrl('ReadModelEventCollector.fifo'),
      consumerPolicyArn: policyArn('ReadModelEventCollectorConsumer'),
    });
  });

  it('has its configuration described in Pulumi.yaml', async () => {
    const { config } = parseYaml(await file('Pulumi.yaml')) as { config: Record<string, unknown> };

    expect(Object.keys(config)).toEqual(Object.keys(CONFIG));
  });
});

describe("the deployer's policy of the guide", () => {
  const principal = `arn:aws:iam::${ACCOUNT}:role/deployer`;
  const ec2 = (path: string): string => arn('ec2', path);

  async function verdict(asked: Request): Promise<string> {
    const identity = [JSON.parse(await file('deployer-policy.json')) as RenderedPolicy];
    return evaluate({ ...asked, principal }, { identity, owner: ACCOUNT });
  }

  it('is short enough for IAM, which does not count white space', async () => {
    expect((await file('deployer-policy.json')).replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6_144);
  });

  it.each([
    ["the guide's program", registered],
    ['the options', () => registrationsWithEcs(options)],
    ['a worker that scales', () => shopWorker({ vpcId: VPC, autoscaling: { maxCount: 4 } })],
  ])('allows to create everything of %s', async (_, registrations) => {
    const { all } = await registrations();
    const requests = all.flatMap(creationOf);
    const verdicts = await Promise.all(requests.map(verdict));

    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter((__, index) => verdicts[index] !== 'allowed')).toEqual([]);
  });

  it.each([
    ['sns:SetSubscriptionAttributes', `${snsArn('CustomerEventTopic.fifo')}:2f1d`, {}],
    ['sns:DeleteTopic', snsArn('CustomerEventTopic.fifo'), {}],
    ['sqs:DeleteQueue', sqsArn('ReadModelEventCollectorDeadLetter.fifo'), {}],
    [
      'iam:PassRole',
      iam('role/ShopEventTopicWorkerTask-1'),
      { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    ],
    ['ec2:DeleteSecurityGroup', ec2('security-group/sg-0d4'), { 'ec2:Vpc': ec2(`vpc/${VPC}`) }],
  ])('allows %s on %s', async (action, resource, context) => {
    expect(await verdict({ action, resource, context })).toBe('allowed');
  });

  it.each([
    ['sns:Publish', snsArn('CustomerEventTopic.fifo'), {}],
    ['sns:DeleteTopic', snsArn('on-call'), {}],
    ['sqs:ReceiveMessage', sqsArn('ReadModelEventCollector.fifo'), {}],
    ['sqs:PurgeQueue', sqsArn('ReadModelEventCollector.fifo'), {}],
    ['sqs:DeleteQueue', sqsArn('orders'), {}],
    ['s3:GetObject', 'arn:aws:s3:::shopclaimcheckbucket-1/Customer/4f', {}],
    ['s3:DeleteBucket', 'arn:aws:s3:::backups', {}],
    ['cloudwatch:DeleteAlarms', arn('cloudwatch', 'alarm:Billing'), {}],
    ['secretsmanager:GetSecretValue', secretArn('temporal-api-key'), {}],
    ['kms:PutKeyPolicy', arn('kms', 'key/1'), {}],
    ['iam:CreatePolicy', iam('policy/AdministratorAccess'), {}],
    ['iam:PutRolePolicy', iam('role/admin'), {}],
    [
      'iam:AttachRolePolicy',
      iam('role/admin'),
      { 'iam:PolicyARN': policyArn('CustomerEventTopicPublisher') },
    ],
    [
      'iam:AttachRolePolicy',
      iam('role/ShopEventTopicWorkerTask-1'),
      { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ],
    [
      'iam:PassRole',
      iam('role/ShopEventTopicWorkerTask-1'),
      { 'iam:PassedToService': 'lambda.amazonaws.com' },
    ],
    ['iam:PassRole', iam('role/admin'), { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }],
    ['ecs:DeleteService', arn('ecs', 'service/shop/web'), {}],
    ['ec2:DeleteSecurityGroup', ec2('security-group/sg-0d4'), { 'ec2:Vpc': ec2('vpc/vpc-other') }],
    ['ec2:AuthorizeSecurityGroupIngress', ec2('security-group/sg-0d4'), { 'ec2:Vpc': ec2(`vpc/${VPC}`) }],
    ['lambda:DeleteEventSourceMapping', '*', { 'lambda:FunctionArn': arn('lambda', 'function:web') }],
  ])('denies %s on %s %o', async (action, resource, context) => {
    expect(await verdict({ action, resource, context })).toBe('denied');
  });
});
