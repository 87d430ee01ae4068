import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { KeysOf } from '../../../src/common/arguments.ts';
import { checkArguments } from '../argument-faults.ts';
import type { Scope } from '../scope.ts';
import type { EventTopicWorkerArgs } from './event-topic-worker-args.ts';
import { eventTopicWorkerFaults } from './event-topic-worker-faults.ts';
import { DEFAULT_LOG_RETENTION_DAYS } from './worker-defaults.ts';
import { createExecutionRole } from './worker-execution-role.ts';
import { createScaling } from './worker-scaling.ts';
import { createService, workerCluster } from './worker-service.ts';
import { createTaskDefinition } from './worker-task.ts';
import { createTaskRole } from './worker-task-role.ts';

const TYPE = 'reventless:EventTopicWorker';

const ARGUMENTS: KeysOf<EventTopicWorkerArgs> = {
  image: true,
  eventTopics: true,
  temporal: true,
  cluster: true,
  containerInsights: true,
  subnets: true,
  securityGroups: true,
  vpcId: true,
  assignPublicIp: true,
  cpu: true,
  memory: true,
  cpuArchitecture: true,
  desiredCount: true,
  autoscaling: true,
  stopTimeoutSeconds: true,
  environment: true,
  logRetentionDays: true,
  logKmsKeyArn: true,
  enableExecuteCommand: true,
  tags: true,
};

/**
 * The worker that publishes the events of EventTopics, as a service of ECS on Fargate: `new EventTopicWorker('Shop', …)` runs the tasks of
 * `ShopEventTopicWorker`, without privileges, reachable by nobody, and with the permissions of its topics alone.
 *
 * Its names are fixed, for those who look for its log or its tasks; two of the same name need different accounts or regions.
 */
export class EventTopicWorker extends pulumi.ComponentResource {
  readonly resources: readonly pulumi.Resource[];
  readonly serviceName: pulumi.Output<string>;
  readonly clusterArn: pulumi.Output<string>;
  /** As whom the worker publishes: for `publisherPrincipals` of topics of other accounts. */
  readonly taskRoleArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  /**
   * @param name 1 to 239 letters, digits, `-` or `_`.
   * @throws `pulumi.InputPropertiesError` that names every faulty argument, before anything is registered.
   */
  constructor(name: string, args: EventTopicWorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    const given = {
      component: 'EventTopicWorker',
      name,
      args,
      known: ARGUMENTS,
      needed: ['image', 'eventTopics', 'temporal', 'subnets'],
    };
    checkArguments(given, () => eventTopicWorkerFaults(name, args));
    super(TYPE, `${name}EventTopicWorker`, {}, opts);
    const scope: Scope = { name: `${name}EventTopicWorker`, child: { parent: this }, tags: args.tags };

    const logGroup = createLogGroup(scope, args);
    const taskRole = createTaskRole(scope, args, logGroup.arn);
    const executionRole = createExecutionRole(scope, args, logGroup.arn);
    const roles = { taskRole: taskRole.role, executionRole: executionRole.role };
    const task = createTaskDefinition(scope, args, { ...roles, logGroup });
    const cluster = workerCluster(scope, args);
    const { clusterArn } = cluster;
    const dependsOn = [...taskRole.resources, ...executionRole.resources];
    const { service, resources } = createService(scope, args, { clusterArn, task, dependsOn });
    const scaling = createScaling(scope, args, service);

    this.resources = [logGroup, ...dependsOn, task, ...cluster.resources, ...resources, ...scaling];
    this.serviceName = service.name;
    this.clusterArn = clusterArn;
    this.taskRoleArn = taskRole.role.arn;
    this.logGroupName = logGroup.name;
    const { serviceName, taskRoleArn, logGroupName } = this;
    this.registerOutputs({ resources: this.resources, serviceName, clusterArn, taskRoleArn, logGroupName });
  }
}

function createLogGroup(
  { name, child, tags }: Scope,
  { logRetentionDays, logKmsKeyArn }: EventTopicWorkerArgs,
): cloudwatch.LogGroup {
  const retentionInDays = logRetentionDays ?? DEFAULT_LOG_RETENTION_DAYS;
  return new cloudwatch.LogGroup(
    name,
    { name: `/ecs/${name}`, retentionInDays, kmsKeyId: logKmsKeyArn, tags },
    child,
  );
}
