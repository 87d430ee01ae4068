import * as pulumi from '@pulumi/pulumi';
import { vi } from 'vitest';
import { EventTopic, EventTopicWorker, type EventTopicWorkerArgs } from '../../../infra/components/index.ts';
import { ACCOUNT, REGION, type Registrations, registrationsOf } from './registrations.ts';

export const WORKER = 'ShopEventTopicWorker';
export const COMPONENT = `reventless:EventTopicWorker ${WORKER}`;
export const LOG_GROUP = `aws:cloudwatch/logGroup:LogGroup ${WORKER}`;
export const CLUSTER = `aws:ecs/cluster:Cluster ${WORKER}`;
export const TASK = `aws:ecs/taskDefinition:TaskDefinition ${WORKER}`;
export const SERVICE = `aws:ecs/service:Service ${WORKER}`;
export const SECURITY_GROUP = `aws:ec2/securityGroup:SecurityGroup ${WORKER}`;
export const TASK_ROLE = `aws:iam/role:Role ${WORKER}Task`;
export const EXECUTION_ROLE = `aws:iam/role:Role ${WORKER}Execution`;
export const EXECUTION_POLICY = `aws:iam/rolePolicy:RolePolicy ${WORKER}Execution`;
export const SHELL_POLICY = `aws:iam/rolePolicy:RolePolicy ${WORKER}Shell`;
export const TARGET = `aws:appautoscaling/target:Target ${WORKER}`;
export const SCALING = `aws:appautoscaling/policy:Policy ${WORKER}`;
export const ATTACHMENT = `aws:iam/rolePolicyAttachment:RolePolicyAttachment ${WORKER}`;

export const ecsArn = (path: string): string => `arn:aws:ecs:${REGION}:${ACCOUNT}:${path}`;
export const secretArn = (name: string): string =>
  `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-a1B2c3`;
export const logGroupArn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/ecs/${WORKER}`;

/** Two topics and what every worker must be told; the rest is default. */
export const minimal = {
  image: 'ghcr.io/shop/event-topic-worker:1.0.0',
  temporal: { address: 'shop.a1b2c.tmprl.cloud:7233', namespace: 'shop.a1b2c' },
  subnets: ['subnet-0a1', 'subnet-0b2'],
  vpcId: 'vpc-0c3',
} satisfies Partial<EventTopicWorkerArgs>;

export interface WorkerRegistrations extends Registrations {
  /** `name: property` of what Pulumi leaves as it finds it. */
  readonly ignoredChanges: readonly string[];
}

/** What a program of two EventTopics and their worker registers; its outputs are those of the worker. */
export function shopWorker(args: Partial<EventTopicWorkerArgs> = {}): Promise<WorkerRegistrations> {
  return registrationsWithEcs(() => {
    const eventTopics = [new EventTopic('Customer', { deadLetterQueue: true }), new EventTopic('Order')];
    const worker = new EventTopicWorker('Shop', { ...minimal, eventTopics, ...args });
    const { serviceName, clusterArn, taskRoleArn, logGroupName, resources } = worker;
    const urns = resources.map(({ urn }) => urn.apply((known) => known.split('$').at(-1)));
    return { serviceName, clusterArn, taskRoleArn, logGroupName, urns };
  });
}

/** The one container of the task, as it is rendered. */
export function containerOf(registered: Registrations): Record<string, unknown> {
  const containers = JSON.parse(String(registered.get(TASK).inputs['containerDefinitions']));
  if (containers.length !== 1) throw new Error(`the task has ${containers.length} containers`);
  return containers[0];
}

/** What ECS and EC2 would answer, by the beginning of the resource's type. */
const ANSWERS: Readonly<Record<string, (name: string) => Record<string, string>>> = {
  'aws:ecs/cluster:': (name) => ({ arn: ecsArn(`cluster/${name}`) }),
  'aws:ecs/taskDefinition:': (name) => ({ arn: ecsArn(`task-definition/${name}:1`) }),
};

export async function registrationsWithEcs(program: () => unknown): Promise<WorkerRegistrations> {
  const ignoredChanges: string[] = [];
  const { setMocks } = pulumi.runtime;
  const spy = vi.spyOn(pulumi.runtime, 'setMocks').mockImplementation(async (mocks, ...names) => {
    await setMocks(withEcs(mocks), ...names);
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      ignoredChanges.push(...request.getIgnorechangesList().map((one) => `${request.getName()}: ${one}`));
      return register(request, callback);
    };
  });
  try {
    return { ...(await registrationsOf(program)), ignoredChanges };
  } finally {
    spy.mockRestore();
  }
}

interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): Promise<void>;
}

interface RegisterRequest {
  getName(): string;
  getIgnorechangesList(): string[];
}

function withEcs(mocks: pulumi.runtime.Mocks): pulumi.runtime.Mocks {
  return {
    call: mocks.call,
    async newResource(args) {
      const made = await mocks.newResource(args);
      const answer = Object.entries(ANSWERS).find(([type]) => args.type.startsWith(type))?.[1];
      return { ...made, state: { ...made.state, ...answer?.(args.name) } };
    },
  };
}
