import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { policyOf } from './support/policies.ts';
import { ACCOUNT, keyArn, snsArn } from './support/registrations.ts';
import {
  ATTACHMENT,
  CLUSTER,
  containerOf,
  EXECUTION_POLICY,
  ecsArn,
  LOG_GROUP,
  minimal,
  SCALING,
  SECURITY_GROUP,
  SERVICE,
  SHELL_POLICY,
  secretArn,
  shopWorker,
  TARGET,
  TASK,
  WORKER,
} from './support/shop-worker.ts';

const { temporal } = minimal;

describe("an EventTopicWorker's credentials", () => {
  it('are an API key from a secret', async () => {
    const apiKeySecretArn = secretArn('temporal');
    const registered = await shopWorker({ temporal: { ...temporal, apiKeySecretArn } });

    expect(containerOf(registered)['secrets']).toEqual([
      { name: 'TEMPORAL_API_KEY', valueFrom: apiKeySecretArn },
    ]);
  });

  it('are a certificate and its key from secrets', async () => {
    const tls = { certSecretArn: secretArn('cert'), keySecretArn: secretArn('key') };
    const registered = await shopWorker({ temporal: { ...temporal, tls } });

    expect(containerOf(registered)['secrets']).toEqual([
      { name: 'TEMPORAL_TLS_CLIENT_CERT_DATA', valueFrom: tls.certSecretArn },
      { name: 'TEMPORAL_TLS_CLIENT_KEY_DATA', valueFrom: tls.keySecretArn },
    ]);
  });

  it('are read as JSON keys of one secret, by a role that may read that secret', async () => {
    const secret = secretArn('temporal');
    const tls = { certSecretArn: `${secret}:cert::`, keySecretArn: `${secret}:key::` };
    const registered = await shopWorker({ temporal: { ...temporal, tls } });

    expect(containerOf(registered)['secrets']).toMatchObject([
      { valueFrom: `${secret}:cert::` },
      { valueFrom: `${secret}:key::` },
    ]);
    expect(policyOf(registered, EXECUTION_POLICY).Statement.slice(1)).toEqual([
      {
        Sid: 'ReadSecrets',
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: [secret, secret],
      },
    ]);
  });
});

describe("an EventTopicWorker's environment", () => {
  it('has the task queue and what the caller adds, which may choose how to log', async () => {
    const registered = await shopWorker({
      temporal: { ...temporal, taskQueue: 'shop' },
      environment: { LOG_LEVEL: 'WARN', LOG_FORMAT: 'text', TEMPORAL_TLS: pulumi.output('true') },
    });

    expect(containerOf(registered)['environment']).toEqual([
      { name: 'EVENT_TOPICS', value: expect.any(String) },
      { name: 'TEMPORAL_ADDRESS', value: temporal.address },
      { name: 'TEMPORAL_NAMESPACE', value: temporal.namespace },
      { name: 'EVENT_TOPIC_TASK_QUEUE', value: 'shop' },
      { name: 'LOG_FORMAT', value: 'text' },
      { name: 'LOG_LEVEL', value: 'WARN' },
      { name: 'TEMPORAL_TLS', value: 'true' },
    ]);
  });

  it('takes topics that another stack deployed', async () => {
    const publisherPolicyArn = `arn:aws:iam::${ACCOUNT}:policy/Payment`;
    const publisherConfig = pulumi.output(snsArn('PaymentEventTopic.fifo'));
    const eventTopics = [{ name: 'Payment', publisherConfig, publisherPolicyArn }];
    const registered = await shopWorker({ eventTopics });

    expect(containerOf(registered)['environment']).toContainEqual({
      name: 'EVENT_TOPICS',
      value: JSON.stringify({ Payment: snsArn('PaymentEventTopic.fifo') }),
    });
    expect(registered.get(`${ATTACHMENT}-Payment`).inputs['policyArn']).toBe(publisherPolicyArn);
  });
});

describe("an EventTopicWorker's tasks", () => {
  it('have the size, architecture and time to stop that they are given, also when only the deployment knows them', async () => {
    const registered = await shopWorker({
      cpu: pulumi.output(512),
      memory: pulumi.output(4_096),
      cpuArchitecture: 'ARM64',
      stopTimeoutSeconds: 120,
      image: pulumi.output('worker:2'),
    });

    expect(registered.get(TASK).inputs).toMatchObject({
      cpu: '512',
      memory: '4096',
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'ARM64' },
    });
    expect(containerOf(registered)).toMatchObject({ stopTimeout: 120, image: 'worker:2' });
  });

  it('can be entered only when asked for, with what ECS Exec needs', async () => {
    const registered = await shopWorker({ enableExecuteCommand: true });

    expect(registered.get(SERVICE).inputs['enableExecuteCommand']).toBe(true);
    expect(registered.get(SERVICE).dependencies).toContain(SHELL_POLICY);
    expect(containerOf(registered)['readonlyRootFilesystem']).toBe(false);
    expect(registered.get(SHELL_POLICY).inputs['role']).toBe(`${WORKER}Task-1`);
    expect(policyOf(registered, SHELL_POLICY).Statement).toEqual([
      {
        Sid: 'OpenShell',
        Effect: 'Allow',
        Action: [
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        Resource: '*',
      },
    ]);
  });

  it('log for as long and with the key that the caller says', async () => {
    const registered = await shopWorker({ logRetentionDays: 3_653, logKmsKeyArn: keyArn('log') });

    expect(registered.get(LOG_GROUP).inputs).toEqual({
      name: `/ecs/${WORKER}`,
      retentionInDays: 3_653,
      kmsKeyId: keyArn('log'),
    });
  });
});

describe("an EventTopicWorker's surroundings", () => {
  it('are a cluster and security groups that exist already, and public subnets', async () => {
    const cluster = ecsArn('cluster/shop');
    const registered = await shopWorker({
      vpcId: undefined,
      cluster,
      securityGroups: ['sg-0d4'],
      assignPublicIp: true,
    });
    const references = registered.all.map(({ type, name }) => `${type} ${name}`);

    expect(references).not.toContain(CLUSTER);
    expect(references).not.toContain(SECURITY_GROUP);
    expect(registered.outputs).toMatchObject({ clusterArn: cluster });
    expect(registered.get(SERVICE).inputs).toMatchObject({
      cluster,
      networkConfiguration: {
        subnets: minimal.subnets,
        securityGroups: ['sg-0d4'],
        assignPublicIp: true,
      },
    });
  });

  it('report Container Insights when asked for', async () => {
    const registered = await shopWorker({ containerInsights: true });

    expect(registered.get(CLUSTER).inputs['settings']).toEqual([
      { name: 'containerInsights', value: 'enabled' },
    ]);
  });

  it.each([
    ['temporal.internal', [443, 7_233]],
    ['temporal.internal:443', [443]],
    ['temporal.internal:17233', [443, 17_233]],
  ])('lets the worker out to Temporal at %s', async (address, ports) => {
    const registered = await shopWorker({ temporal: { ...temporal, address: pulumi.output(address) } });

    const egress = registered.get(SECURITY_GROUP).inputs['egress'] as { fromPort: number; toPort: number }[];
    expect(egress.map(({ fromPort }) => fromPort)).toEqual(ports);
    expect(egress.map(({ toPort }) => toPort)).toEqual(ports);
  });

  it('carry the tags, down to the tasks', async () => {
    const tags = { team: 'shop' };
    const registered = await shopWorker({ tags, autoscaling: { maxCount: 4 } });
    const tagged = registered.all.filter(
      ({ name, inputs }) => name.startsWith(WORKER) && inputs['tags'] !== undefined,
    );

    expect(tagged.map(({ type }) => type).sort()).toEqual([
      'aws:appautoscaling/target:Target',
      'aws:cloudwatch/logGroup:LogGroup',
      'aws:ec2/securityGroup:SecurityGroup',
      'aws:ecs/cluster:Cluster',
      'aws:ecs/service:Service',
      'aws:ecs/taskDefinition:TaskDefinition',
      'aws:iam/role:Role',
      'aws:iam/role:Role',
    ]);
    for (const { inputs } of tagged) expect(inputs['tags']).toEqual(tags);
  });
});

describe("an EventTopicWorker's number of tasks", () => {
  const scaled = {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: `service/${WORKER}/${WORKER}`,
  };
  const cooldowns = { scaleOutCooldown: 60, scaleInCooldown: 300 };

  it('is what the caller says', async () => {
    const registered = await shopWorker({ desiredCount: 5 });

    expect(registered.get(SERVICE).inputs['desiredCount']).toBe(5);
    expect(registered.ignoredChanges).toEqual([]);
    expect(registered.all.filter(({ type }) => type.startsWith('aws:appautoscaling'))).toEqual([]);
  });

  it('follows the CPU, from two on', async () => {
    const registered = await shopWorker({ autoscaling: { maxCount: 10 } });

    expect(registered.get(SERVICE).inputs['desiredCount']).toBe(2);
    // Or each deployment would undo what the autoscaling did.
    expect(registered.ignoredChanges).toEqual([`${WORKER}: desiredCount`]);
    expect(registered.get(TARGET).inputs).toEqual({ ...scaled, minCapacity: 2, maxCapacity: 10 });
    expect(registered.get(SCALING)).toMatchObject({
      inputs: {
        name: WORKER,
        ...scaled,
        policyType: 'TargetTrackingScaling',
        targetTrackingScalingPolicyConfiguration: {
          ...cooldowns,
          predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
          targetValue: 60,
        },
      },
      dependencies: expect.arrayContaining([TARGET]),
    });
  });

  it('follows the CPU that the caller says, of a service in a cluster that exists already', async () => {
    const registered = await shopWorker({
      cluster: ecsArn('cluster/shop'),
      desiredCount: 4,
      autoscaling: { minCount: 3, maxCount: 6, cpuPercent: 75 },
    });

    expect(registered.get(SERVICE).inputs['desiredCount']).toBe(4);
    expect(registered.get(TARGET).inputs).toEqual({
      ...scaled,
      resourceId: `service/shop/${WORKER}`,
      minCapacity: 3,
      maxCapacity: 6,
    });
    expect(registered.get(SCALING).inputs).toMatchObject({
      resourceId: `service/shop/${WORKER}`,
      targetTrackingScalingPolicyConfiguration: { targetValue: 75 },
    });
  });

  it('begins where the range does, and the range is not above its end', async () => {
    const three = await shopWorker({ autoscaling: { minCount: 3, maxCount: 6 } });
    const one = await shopWorker({ autoscaling: { maxCount: 1 } });

    expect(three.get(SERVICE).inputs['desiredCount']).toBe(3);
    expect(one.get(SERVICE).inputs['desiredCount']).toBe(1);
    expect(one.get(TARGET).inputs).toMatchObject({ minCapacity: 1, maxCapacity: 1 });
  });

  it('follows a backlog', async () => {
    const metric = { namespace: 'Shop', metricName: 'BacklogPerTask' };
    const backlog = { ...metric, dimensions: { TaskQueue: 'event-topic' }, target: 200 };
    const registered = await shopWorker({ autoscaling: { maxCount: 10, backlog } });

    expect(registered.get(SCALING).inputs['targetTrackingScalingPolicyConfiguration']).toEqual({
      ...cooldowns,
      customizedMetricSpecification: {
        ...metric,
        dimensions: [{ name: 'TaskQueue', value: 'event-topic' }],
        statistic: 'Average',
      },
      targetValue: 200,
    });
  });
});
