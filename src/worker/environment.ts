import type { LogLevel, WorkerDeploymentOptions } from '@temporalio/worker';
import { DEFAULT_TASK_QUEUE } from '../common/names.ts';
import { type Address, readAddress } from './environment/address.ts';
import { readMaxCachedWorkflows } from './environment/cached-workflows.ts';
import { readDeployment } from './environment/deployment.ts';
import { type LogFormat, readLogFormat, readLogLevel } from './environment/log-settings.ts';
import { type MetricsExporter, readMetrics } from './environment/metrics.ts';
import { readTopics } from './environment/topics.ts';
import { allOf, type Environment, oneOf } from './environment/variables.ts';
import type { TopicPublisher } from './topic-activities.ts';

export type { Environment } from './environment/variables.ts';

/** What the worker executable takes from its environment; Temporal's own variables are read by @temporalio/envconfig. */
export interface WorkerEnvironment {
  readonly topics: readonly TopicPublisher[];
  readonly taskQueue: string;
  readonly logFormat: LogFormat;
  readonly logLevel: LogLevel;
  /** Where it says whether it is ready and alive. Default: nowhere. */
  readonly health: Address | undefined;
  /** Default: none leave the process. */
  readonly metrics: MetricsExporter | undefined;
  /** Default: the worker is not versioned. */
  readonly deployment: WorkerDeploymentOptions | undefined;
  /** `off`: new runs do what the release before can replay, so that one may go back to it. Default: `on`. */
  readonly patches: 'on' | 'off';
  /** `on`: see `workflowStackTraces` of createEventTopicWorker. Default: `off`. */
  readonly stackTraces: 'on' | 'off';
  /** Workflows whose state stays in memory between their tasks. Default: what fits. */
  readonly maxCachedWorkflows: number;
}

/** Rejects with `INVALID_ENVIRONMENT` and every fault of every variable. */
export async function readEnvironment(env: Environment): Promise<WorkerEnvironment> {
  const [topics, logFormat, logLevel, health, metrics, deployment, patches, stackTraces, maxCachedWorkflows] =
    await allOf([
      () => readTopics(env),
      () => readLogFormat(env),
      () => readLogLevel(env),
      () => readAddress(env, 'HEALTH_ADDRESS'),
      () => readMetrics(env),
      () => readDeployment(env),
      () => readSwitch(env, 'EVENT_TOPIC_PATCHES', 'on'),
      () => readSwitch(env, 'EVENT_TOPIC_STACK_TRACES', 'off'),
      () => readMaxCachedWorkflows(env),
    ]);
  const taskQueue = env['EVENT_TOPIC_TASK_QUEUE'] || DEFAULT_TASK_QUEUE;
  return {
    topics,
    taskQueue,
    logFormat,
    logLevel,
    health,
    metrics,
    deployment,
    patches,
    stackTraces,
    maxCachedWorkflows,
  };
}

function readSwitch(env: Environment, name: string, otherwise: 'on' | 'off'): 'on' | 'off' {
  return oneOf({ name, value: env[name] }, ['on', 'off'], otherwise);
}
