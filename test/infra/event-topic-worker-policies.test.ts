import { beforeAll, describe, expect, it } from 'vitest';
import { type AccessRequest, evaluate } from './support/evaluate-policy.ts';
import { policyOf } from './support/policies.ts';
import {
  ACCOUNT,
  keyArn,
  REGION,
  type Registrations,
  roleArn,
  snsArn,
  sqsArn,
} from './support/registrations.ts';
import {
  ATTACHMENT,
  EXECUTION_POLICY,
  EXECUTION_ROLE,
  ecsArn,
  logGroupArn,
  minimal,
  secretArn,
  shopWorker,
  TASK_ROLE,
  WORKER,
} from './support/shop-worker.ts';

/**
 * A worker with a client certificate of a customer key, and an image of ECR. Each row is a request and what AWS must make of it, given the
 * policies as they are rendered.
 */
let registered: Registrations;

const image = (name: string): string => `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`;
const ecs = 'ecs-tasks.amazonaws.com';
const taskRole = roleArn(`${WORKER}Task`);
const executionRole = roleArn(`${WORKER}Execution`);

beforeAll(async () => {
  const tls = { certSecretArn: `${secretArn('temporal')}:cert::`, keySecretArn: secretArn('key') };
  registered = await shopWorker({
    image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/shop/worker@sha256:0a1b`,
    temporal: { ...minimal.temporal, tls, secretsKmsKeyArn: keyArn('secrets') },
  });
});

describe('an EventTopicWorker lets', () => {
  const byTask = { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': ecsArn('task/shop/1') };
  const elsewhere = { ...byTask, 'aws:SourceArn': `arn:aws:ecs:us-east-1:${ACCOUNT}:task/shop/1` };
  const stranger = {
    'aws:SourceAccount': '999999999999',
    'aws:SourceArn': `arn:aws:ecs:${REGION}:999999999999:task/shop/1`,
  };

  it.each([
    [TASK_ROLE, ecs, byTask, 'allowed'],
    [EXECUTION_ROLE, ecs, byTask, 'allowed'],
    [TASK_ROLE, ecs, stranger, 'denied'],
    [EXECUTION_ROLE, ecs, stranger, 'denied'],
    [EXECUTION_ROLE, ecs, { ...byTask, 'aws:SourceAccount': '999999999999' }, 'denied'],
    [TASK_ROLE, ecs, elsewhere, 'denied'],
    [TASK_ROLE, ecs, {}, 'denied'],
    [TASK_ROLE, 'ec2.amazonaws.com', byTask, 'denied'],
    [TASK_ROLE, `arn:aws:iam::${ACCOUNT}:role/bystander`, byTask, 'denied'],
  ])('%s be assumed by %s with %j: %s', (role, principal, context, verdict) => {
    const request = { action: 'sts:AssumeRole', resource: taskRole, principal, context };
    const resource = policyOf(registered, role, 'assumeRolePolicy');

    expect(evaluate(request, { resource })).toBe(verdict);
  });
});

describe('the execution role of an EventTopicWorker', () => {
  const stream = `${logGroupArn}:log-stream:worker/worker/1`;
  const ofSecret = (name: string): Record<string, string> => ({
    'kms:EncryptionContext:SecretARN': secretArn(name),
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['logs:CreateLogStream', stream, {}, 'allowed'],
    ['logs:PutLogEvents', stream, {}, 'allowed'],
    ['logs:PutLogEvents', `${logGroupArn}-other:log-stream:1`, {}, 'denied'],
    ['logs:CreateLogGroup', logGroupArn, {}, 'denied'],
    ['logs:GetLogEvents', stream, {}, 'denied'],
    ['secretsmanager:GetSecretValue', secretArn('temporal'), {}, 'allowed'],
    ['secretsmanager:GetSecretValue', secretArn('key'), {}, 'allowed'],
    ['secretsmanager:GetSecretValue', secretArn('database'), {}, 'denied'],
    ['secretsmanager:PutSecretValue', secretArn('key'), {}, 'denied'],
    ['kms:Decrypt', keyArn('secrets'), ofSecret('temporal'), 'allowed'],
    ['kms:Decrypt', keyArn('secrets'), ofSecret('key'), 'allowed'],
    ['kms:Decrypt', keyArn('secrets'), ofSecret('database'), 'denied'],
    ['kms:Decrypt', keyArn('secrets'), {}, 'denied'],
    ['kms:Decrypt', keyArn('other'), ofSecret('key'), 'denied'],
    ['kms:Encrypt', keyArn('secrets'), ofSecret('key'), 'denied'],
    ['ecr:GetAuthorizationToken', image('any'), {}, 'allowed'],
    ['ecr:BatchGetImage', image('shop/worker'), {}, 'allowed'],
    ['ecr:GetDownloadUrlForLayer', image('shop/worker'), {}, 'allowed'],
    ['ecr:BatchCheckLayerAvailability', image('shop/worker'), {}, 'allowed'],
    ['ecr:BatchGetImage', image('shop/worker2'), {}, 'denied'],
    ['ecr:BatchGetImage', image('shop'), {}, 'denied'],
    ['ecr:PutImage', image('shop/worker'), {}, 'denied'],
    ['sns:Publish', snsArn('CustomerEventTopic.fifo'), {}, 'denied'],
  ])('may %s on %s with %j: %s', (action, resource, context, verdict) => {
    const request = { action, resource, principal: executionRole, context };

    expect(evaluate(request, { identity: [policyOf(registered, EXECUTION_POLICY)] })).toBe(verdict);
  });
});

describe('the task role of an EventTopicWorker', () => {
  it.each([
    ['sns:Publish', snsArn('CustomerEventTopic.fifo'), 'allowed'],
    ['sns:Publish', snsArn('OrderEventTopic.fifo'), 'allowed'],
    ['sqs:SendMessage', sqsArn('CustomerEventTopicDeadLetter.fifo'), 'allowed'],
    ['sns:Publish', snsArn('PaymentEventTopic.fifo'), 'denied'],
    ['sns:SetTopicAttributes', snsArn('OrderEventTopic.fifo'), 'denied'],
    ['sqs:ReceiveMessage', sqsArn('CustomerEventTopicDeadLetter.fifo'), 'denied'],
    ['secretsmanager:GetSecretValue', secretArn('key'), 'denied'],
    ['kms:Decrypt', keyArn('secrets'), 'denied'],
    ['logs:PutLogEvents', `${logGroupArn}:log-stream:1`, 'denied'],
    ['ssmmessages:OpenDataChannel', ecsArn('task/shop/1'), 'denied'],
  ])('may %s on %s: %s', (action, resource, verdict) => {
    const request: AccessRequest = { action, resource, principal: taskRole };

    expect(evaluate(request, { identity: taskPolicies() })).toBe(verdict);
  });

  /** Every policy that is given to the role, in whatever way. */
  function taskPolicies(): ReturnType<typeof policyOf>[] {
    const given = registered.all.filter(({ inputs }) => inputs['role'] === `${WORKER}Task-1`);
    expect(given.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      `${ATTACHMENT}-Customer`,
      `${ATTACHMENT}-Order`,
    ]);
    return ['Customer', 'Order'].map((topic) =>
      policyOf(registered, `aws:iam/policy:Policy ${topic}EventTopicPublisher`),
    );
  }
});

describe('the image of an EventTopicWorker', () => {
  it.each([
    ['ghcr.io/shop/worker:1', []],
    ['public.ecr.aws/shop/worker:1', []],
    [
      `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/worker:1`,
      `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/worker`,
    ],
    [
      `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/worker`,
      `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/worker`,
    ],
    [
      `222222222222.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a/b:1`,
      'arn:aws-us-gov:ecr:us-gov-west-1:222222222222:repository/a/b',
    ],
    [
      `${ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1`,
      `arn:aws-cn:ecr:cn-north-1:${ACCOUNT}:repository/a`,
    ],
  ])('%s needs the permission to pull %j', async (name, repository) => {
    const { Statement } = policyOf(await shopWorker({ image: name }), EXECUTION_POLICY);

    expect(Statement.filter(({ Sid }) => Sid === 'PullImage').flatMap(({ Resource }) => Resource)).toEqual(
      [repository].flat(),
    );
    expect(Statement.some(({ Sid }) => Sid === 'LogInToEcr')).toBe(repository.length > 0);
  });
});
