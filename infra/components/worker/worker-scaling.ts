import * as appautoscaling from '@pulumi/aws/appautoscaling/index.js';
import type * as ecs from '@pulumi/aws/ecs/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { Scope } from '../scope.ts';
import type { BacklogMetric, EventTopicWorkerArgs, WorkerAutoscaling } from './event-topic-worker-args.ts';
import { DEFAULT_CPU_PERCENT, DEFAULT_DESIRED_COUNT } from './worker-defaults.ts';

/** Numbers of tasks. */
export interface TaskCounts {
  readonly desiredCount: pulumi.Input<number>;
  /** Absent when nobody changes the number. */
  readonly range?: { readonly minCapacity: pulumi.Input<number>; readonly maxCapacity: pulumi.Input<number> };
}

export function taskCounts({
  desiredCount,
  autoscaling,
}: Pick<EventTopicWorkerArgs, 'desiredCount' | 'autoscaling'>): TaskCounts {
  if (autoscaling === undefined) return { desiredCount: desiredCount ?? DEFAULT_DESIRED_COUNT };
  const { maxCount: maxCapacity } = autoscaling;
  const minCapacity =
    autoscaling.minCount ?? pulumi.output(maxCapacity).apply((max) => Math.min(max, DEFAULT_DESIRED_COUNT));
  return { desiredCount: desiredCount ?? minCapacity, range: { minCapacity, maxCapacity } };
}

/** What changes the number of the service's tasks; nothing unless asked for. */
export function createScaling(
  { name, child, tags }: Scope,
  args: EventTopicWorkerArgs,
  service: ecs.Service,
): pulumi.Resource[] {
  const { range } = taskCounts(args);
  if (args.autoscaling === undefined || range === undefined) return [];
  const clusterName = service.cluster.apply((arn) => arn.split('/').at(-1) ?? '');
  const scaled = {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: pulumi.interpolate`service/${clusterName}/${service.name}`,
  };
  const target = new appautoscaling.Target(name, { ...scaled, ...range, tags }, child);
  const policy = new appautoscaling.Policy(
    name,
    {
      name,
      ...scaled,
      policyType: 'TargetTrackingScaling',
      targetTrackingScalingPolicyConfiguration: tracking(args.autoscaling),
    },
    { ...child, dependsOn: [target] },
  );
  return [target, policy];
}

type Tracking = NonNullable<appautoscaling.PolicyArgs['targetTrackingScalingPolicyConfiguration']>;

/** Quick to add tasks and slow to take them away: workflows that a worker had cached are read from Temporal again. */
function tracking({ cpuPercent = DEFAULT_CPU_PERCENT, backlog }: WorkerAutoscaling): Tracking {
  const cooldowns = { scaleOutCooldown: 60, scaleInCooldown: 300 };
  if (backlog !== undefined) {
    return { ...cooldowns, customizedMetricSpecification: metricOf(backlog), targetValue: backlog.target };
  }
  const predefinedMetricSpecification = { predefinedMetricType: 'ECSServiceAverageCPUUtilization' };
  return { ...cooldowns, predefinedMetricSpecification, targetValue: cpuPercent };
}

function metricOf({ namespace, metricName, dimensions = {} }: BacklogMetric): {
  namespace: pulumi.Input<string>;
  metricName: pulumi.Input<string>;
  dimensions: { name: string; value: pulumi.Input<string> }[];
  statistic: string;
} {
  const pairs = Object.entries(dimensions).map(([name, value]) => ({ name, value }));
  return { namespace, metricName, dimensions: pairs, statistic: 'Average' };
}
