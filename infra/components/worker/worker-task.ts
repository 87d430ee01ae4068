import type * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as ecs from '@pulumi/aws/ecs/index.js';
import type * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { arnParts } from '../arn.ts';
import type { Scope } from '../scope.ts';
import type { EventTopicWorkerArgs } from './event-topic-worker-args.ts';
import { DEFAULT_CPU, DEFAULT_MEMORY, DEFAULT_STOP_TIMEOUT_SECONDS, WORKER_USER } from './worker-defaults.ts';
import { secretVariables } from './worker-secrets.ts';

export interface TaskSurroundings {
  readonly taskRole: iam.Role;
  readonly executionRole: iam.Role;
  readonly logGroup: cloudwatch.LogGroup;
}

/** What one task of the worker is. */
export function createTaskDefinition(
  { name, child, tags }: Scope,
  args: EventTopicWorkerArgs,
  { taskRole, executionRole, logGroup }: TaskSurroundings,
): ecs.TaskDefinition {
  return new ecs.TaskDefinition(
    name,
    {
      family: name,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: {
        operatingSystemFamily: 'LINUX',
        cpuArchitecture: args.cpuArchitecture ?? 'X86_64',
      },
      cpu: pulumi.output(args.cpu ?? DEFAULT_CPU).apply(String),
      memory: pulumi.output(args.memory ?? DEFAULT_MEMORY).apply(String),
      taskRoleArn: taskRole.arn,
      executionRoleArn: executionRole.arn,
      containerDefinitions: pulumi.jsonStringify([container(args, logGroup)]),
      tags,
    },
    child,
  );
}

/** It has no health check, for which ECS would start a program in the container each time: a worker that cannot go on exits, and ECS starts another. */
function container(args: EventTopicWorkerArgs, logGroup: cloudwatch.LogGroup): pulumi.Inputs {
  return {
    name: 'worker',
    image: args.image,
    essential: true,
    environment: Object.entries({ ...environmentOf(args), ...args.environment }).map(([name, value]) => ({
      name,
      value,
    })),
    secrets: secretVariables(args.temporal),
    user: WORKER_USER,
    // The worker writes no files; a shell of ECS Exec does.
    readonlyRootFilesystem: args.enableExecuteCommand !== true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['ALL'] } },
    stopTimeout: args.stopTimeoutSeconds ?? DEFAULT_STOP_TIMEOUT_SECONDS,
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroup.name,
        'awslogs-region': logGroup.arn.apply((arn) => arnParts(arn).region),
        'awslogs-stream-prefix': 'worker',
        // While CloudWatch does not answer, lines are lost rather than events held up.
        mode: 'non-blocking',
        'max-buffer-size': '25m',
      },
    },
  };
}

/** The variables that the component sets; nobody else may. */
export function environmentOf({
  eventTopics,
  temporal,
}: Pick<EventTopicWorkerArgs, 'eventTopics' | 'temporal'>): Record<string, pulumi.Input<string>> {
  const { address, namespace, taskQueue } = temporal;
  return {
    EVENT_TOPICS: pulumi.jsonStringify(
      Object.fromEntries(eventTopics.map(({ name, publisherConfig }) => [name, publisherConfig])),
    ),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    ...(taskQueue === undefined ? {} : { EVENT_TOPIC_TASK_QUEUE: taskQueue }),
    LOG_FORMAT: 'json',
  };
}
