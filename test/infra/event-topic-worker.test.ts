import { beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/worker/environment.ts';
import { policyOf } from './support/policies.ts';
import {
  ACCOUNT,
  policyArn,
  REGION,
  type Registrations,
  roleArn,
  snsArn,
  sqsUrl,
} from './support/registrations.ts';
import {
  ATTACHMENT,
  CLUSTER,
  COMPONENT,
  containerOf,
  EXECUTION_POLICY,
  EXECUTION_ROLE,
  ecsArn,
  LOG_GROUP,
  logGroupArn,
  SECURITY_GROUP,
  SERVICE,
  shopWorker,
  TASK,
  TASK_ROLE,
  WORKER,
} from './support/shop-worker.ts';

describe('an EventTopicWorker of two topics', () => {
  let registered: Registrations;

  beforeAll(async () => {
    registered = await shopWorker();
  });

  it('is a component of a service with its cluster, security group, roles and log', () => {
    const own = registered.all.filter(({ name }) => name.startsWith(WORKER));
    const children = own.filter(({ type }) => type.startsWith('aws:'));

    expect(children.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(
      [
        LOG_GROUP,
        CLUSTER,
        SECURITY_GROUP,
        TASK_ROLE,
        `${ATTACHMENT}-Customer`,
        `${ATTACHMENT}-Order`,
        EXECUTION_ROLE,
        EXECUTION_POLICY,
        TASK,
        SERVICE,
      ].sort(),
    );
    expect(new Set(children.map(({ parent }) => parent))).toEqual(new Set([COMPONENT]));
  });

  it('has few outputs, with all of its resources', () => {
    expect(registered.outputs).toEqual({
      serviceName: WORKER,
      clusterArn: ecsArn(`cluster/${WORKER}`),
      taskRoleArn: roleArn(`${WORKER}Task`),
      logGroupName: `/ecs/${WORKER}`,
      urns: [
        LOG_GROUP,
        TASK_ROLE,
        `${ATTACHMENT}-Customer`,
        `${ATTACHMENT}-Order`,
        EXECUTION_ROLE,
        EXECUTION_POLICY,
        TASK,
        CLUSTER,
        SECURITY_GROUP,
        SERVICE,
      ].map((reference) => reference.replace(' ', '::')),
    });
  });

  it('keeps two tasks running without public addresses, and takes a failed deployment back', () => {
    expect(registered.get(SERVICE)).toEqual({
      type: 'aws:ecs/service:Service',
      name: WORKER,
      inputs: {
        name: WORKER,
        cluster: ecsArn(`cluster/${WORKER}`),
        taskDefinition: ecsArn(`task-definition/${WORKER}:1`),
        launchType: 'FARGATE',
        desiredCount: 2,
        networkConfiguration: {
          subnets: ['subnet-0a1', 'subnet-0b2'],
          securityGroups: [`${WORKER}-id`],
          assignPublicIp: false,
        },
        deploymentCircuitBreaker: { enable: true, rollback: true },
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        availabilityZoneRebalancing: 'ENABLED',
        waitForSteadyState: true,
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: 'SERVICE',
      },
      parent: COMPONENT,
      // The permissions among them: ECS would start the first tasks without.
      dependencies: [
        SECURITY_GROUP,
        CLUSTER,
        TASK,
        EXECUTION_ROLE,
        TASK_ROLE,
        EXECUTION_POLICY,
        `${ATTACHMENT}-Customer`,
        `${ATTACHMENT}-Order`,
      ],
    });
  });

  it('runs one vCPU with 2 GiB', () => {
    expect(registered.get(TASK).inputs).toEqual({
      family: WORKER,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      cpu: '1024',
      memory: '2048',
      taskRoleArn: roleArn(`${WORKER}Task`),
      executionRoleArn: roleArn(`${WORKER}Execution`),
      containerDefinitions: expect.any(String),
    });
  });

  it('runs a container without privileges that logs to its own log group', () => {
    expect(containerOf(registered)).toEqual({
      name: 'worker',
      image: 'ghcr.io/shop/event-topic-worker:1.0.0',
      essential: true,
      environment: [
        { name: 'EVENT_TOPICS', value: expect.any(String) },
        { name: 'TEMPORAL_ADDRESS', value: 'shop.a1b2c.tmprl.cloud:7233' },
        { name: 'TEMPORAL_NAMESPACE', value: 'shop.a1b2c' },
        { name: 'LOG_FORMAT', value: 'json' },
      ],
      secrets: [],
      user: '1000:1000',
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['ALL'] } },
      stopTimeout: 40,
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': `/ecs/${WORKER}`,
          'awslogs-region': REGION,
          'awslogs-stream-prefix': 'worker',
          mode: 'non-blocking',
          'max-buffer-size': '25m',
        },
      },
    });
  });

  it("gives the worker's own code topics that it takes", async () => {
    const environment = containerOf(registered)['environment'] as { name: string; value: string }[];
    const variables = Object.fromEntries(environment.map(({ name, value }) => [name, value]));

    expect(JSON.parse(String(variables['EVENT_TOPICS']))).toEqual({
      Customer: {
        topicArn: snsArn('CustomerEventTopic.fifo'),
        deadLetterQueueUrl: sqsUrl('CustomerEventTopicDeadLetter.fifo'),
      },
      Order: snsArn('OrderEventTopic.fifo'),
    });
    const { topics } = await readEnvironment(variables);
    expect(topics.map(({ topic, onRefused }) => [topic, onRefused])).toEqual([
      ['Customer', 'deadLetter'],
      ['Order', 'park'],
    ]);
  });

  it('keeps its log for 30 days', () => {
    expect(registered.get(LOG_GROUP).inputs).toEqual({ name: `/ecs/${WORKER}`, retentionInDays: 30 });
  });

  it('creates a cluster without Container Insights', () => {
    const settings = [{ name: 'containerInsights', value: 'disabled' }];
    expect(registered.get(CLUSTER).inputs).toEqual({ name: WORKER, settings });
  });

  it('lets nothing in, and out only to AWS and Temporal', () => {
    const anywhere = { protocol: 'tcp', cidrBlocks: ['0.0.0.0/0'], ipv6CidrBlocks: ['::/0'] };
    expect(registered.get(SECURITY_GROUP).inputs).toEqual({
      namePrefix: `${WORKER}-`,
      description: `${WORKER}: out to AWS and Temporal, nothing in`,
      vpcId: 'vpc-0c3',
      ingress: [],
      egress: [
        { ...anywhere, description: 'AWS', fromPort: 443, toPort: 443 },
        { ...anywhere, description: 'Temporal', fromPort: 7_233, toPort: 7_233 },
      ],
    });
  });

  it.each([
    [TASK_ROLE, `${WORKER}Task-`, `What ${WORKER} does`],
    [EXECUTION_ROLE, `${WORKER}Execution-`, `Start ${WORKER}`],
  ])('lets only ECS of its account and region use the role: %s', (reference, namePrefix, description) => {
    const assumeRolePolicy = expect.any(String);
    expect(registered.get(reference).inputs).toEqual({ namePrefix, description, assumeRolePolicy });
    expect(policyOf(registered, reference, 'assumeRolePolicy')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AssumeByEcs',
          Effect: 'Allow',
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': ACCOUNT },
            ArnLike: { 'aws:SourceArn': ecsArn('*') },
          },
        },
      ],
    });
  });

  it.each(['Customer', 'Order'])('lets the worker publish to its topic %s', (topic) => {
    expect(registered.get(`${ATTACHMENT}-${topic}`).inputs).toEqual({
      role: `${WORKER}Task-1`,
      policyArn: policyArn(`${topic}EventTopicPublisher`),
    });
  });

  it('starts as a role that may only write the log', () => {
    expect(registered.get(EXECUTION_POLICY).inputs).toEqual({
      role: `${WORKER}Execution-1`,
      policy: expect.any(String),
    });
    expect(policyOf(registered, EXECUTION_POLICY)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'WriteLog',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `${logGroupArn}:*`,
        },
      ],
    });
  });
});
