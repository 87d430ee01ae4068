import { Worker, type WorkerOptions } from '@temporalio/worker';
import { describe, isRecord } from '../common/arguments.ts';
import { HEARTBEAT_THROTTLE_MS, SHUTDOWN_GRACE_MS } from '../common/defaults.ts';
import { DEFAULT_TASK_QUEUE } from '../common/names.ts';
import { ParkedCount } from './parked-count.ts';
import { StopNotice } from './stop-notice.ts';
import { nameOf, refuseWorkerFaults, type TopicPublisher, topicActivities } from './topic-activities.ts';
import { workflowSource } from './workflow-source.ts';

/** Temporal's own worker options, but for those that this package sets. */
export interface EventTopicWorkerOptions
  extends Omit<WorkerOptions, 'activities' | 'taskQueue' | 'workflowBundle' | 'workflowsPath'> {
  /** The EventTopics that this worker publishes, and where to; at least one. */
  readonly topics: readonly TopicPublisher[];
  /** Task queue of the publisher workflows. Default: `event-topic`. */
  readonly taskQueue?: string;
  /**
   * Whether `__stack_trace` queries and failed workflow tasks tell where in the workflow's code that was. Publishers then cost the worker up to a quarter more CPU, and it
   * bundles the workflows when it starts. Default: false; types and messages of errors are always told.
   */
  readonly workflowStackTraces?: boolean;
}

/**
 * Creates a Temporal worker that publishes the events of the given topics; start it with `run()`. Unless told otherwise
 * it gives running activities 25 seconds when it is shut down.
 *
 * Throws `INVALID_WORKER` when the topics are wrong.
 */
export async function createEventTopicWorker(workerOptions: EventTopicWorkerOptions): Promise<Worker> {
  refuseWorkerFaults(workerFaults(workerOptions));
  const { topics, workflowStackTraces, ...options } = workerOptions;
  const notice = new StopNotice();
  return await Worker.create({
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    ...options,
    taskQueue: options.taskQueue ?? DEFAULT_TASK_QUEUE,
    activities: topicActivities(topics, () => notice.signal),
    plugins: [...(options.plugins ?? []), notice, new ParkedCount(topics.map(nameOf))],
    ...workflowSource({ ...options, workflowStackTraces }),
  });
}

/** Temporal's own options pass: a newer SDK may have more. Those that are set here would be passed over in silence. */
function workerFaults(options: unknown): readonly string[] {
  if (!isRecord(options)) return [`the argument is an object of options, not ${describe(options)}`];
  const own = ['activities', 'workflowsPath', 'workflowBundle'].filter((key) => options[key] !== undefined);
  return own.map((key) => `${key} is set by this package: use EventTopicPlugin in a worker of your own`);
}
