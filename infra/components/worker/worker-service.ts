import * as ecs from '@pulumi/aws/ecs/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { Scope } from '../scope.ts';
import type { EventTopicWorkerArgs } from './event-topic-worker-args.ts';
import { createSecurityGroup } from './worker-network.ts';
import { taskCounts } from './worker-scaling.ts';

export interface WorkerCluster {
  readonly clusterArn: pulumi.Output<string>;
  /** The cluster, when this component created it. */
  readonly resources: readonly pulumi.Resource[];
}

/** The given cluster, or a new one. */
export function workerCluster(
  { name, child, tags }: Scope,
  { cluster: given, containerInsights }: EventTopicWorkerArgs,
): WorkerCluster {
  if (given !== undefined) return { clusterArn: pulumi.output(given), resources: [] };
  const value = containerInsights === true ? 'enabled' : 'disabled';
  const settings = [{ name: 'containerInsights', value }];
  const cluster = new ecs.Cluster(name, { name, settings, tags }, child);
  return { clusterArn: cluster.arn, resources: [cluster] };
}

export interface ServiceNeeds {
  readonly clusterArn: pulumi.Input<string>;
  readonly task: ecs.TaskDefinition;
  /** What the tasks need besides: permissions that come too late would stop the first of them. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Keeps the tasks running. A deployment whose tasks do not come up goes back to the one before, and `pulumi up` says so. */
export function createService(
  scope: Scope,
  args: EventTopicWorkerArgs,
  { clusterArn, task, dependsOn }: ServiceNeeds,
): { readonly service: ecs.Service; readonly resources: readonly pulumi.Resource[] } {
  const { name, child, tags } = scope;
  const securityGroup = createSecurityGroup(scope, args);
  const securityGroups = securityGroup === undefined ? args.securityGroups : [securityGroup.id];
  const { subnets, assignPublicIp = false } = args;
  const service = new ecs.Service(
    name,
    {
      name,
      cluster: clusterArn,
      taskDefinition: task.arn,
      launchType: 'FARGATE',
      desiredCount: taskCounts(args).desiredCount,
      networkConfiguration: { subnets, securityGroups, assignPublicIp },
      ...DEPLOYMENT,
      enableExecuteCommand: args.enableExecuteCommand ?? false,
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      tags,
    },
    {
      ...child,
      dependsOn: [...dependsOn],
      // From the second deployment on the number of tasks is the autoscaling's.
      ...(args.autoscaling === undefined ? {} : { ignoreChanges: ['desiredCount'] }),
    },
  );
  return { service, resources: [...(securityGroup === undefined ? [] : [securityGroup]), service] };
}

const DEPLOYMENT = {
  deploymentCircuitBreaker: { enable: true, rollback: true },
  deploymentMinimumHealthyPercent: 100,
  deploymentMaximumPercent: 200,
  availabilityZoneRebalancing: 'ENABLED',
  waitForSteadyState: true,
} as const;
