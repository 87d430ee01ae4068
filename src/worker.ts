#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { describe, isRecord } from './common/arguments.ts';
import { HEARTBEAT_THROTTLE_MS, SHUTDOWN_GRACE_MS } from './common/defaults.ts';
import { EventTopicError, isEventTopicError, rootMessage } from './common/errors.ts';
import { DEFAULT_TASK_QUEUE } from './common/names.ts';
import { here, moduleExtension } from './here.cts';
import { readEnvironment } from './worker/environment.ts';
import { createLogger } from './worker/logger.ts';
import { nodeVersionNotice } from './worker/node-version.ts';
import { StopNotice } from './worker/stop-notice.ts';
import { refuseWorkerFaults, type TopicPublisher, topicActivities } from './worker/topic-activities.ts';
import { workflowSource } from './worker/workflow-source.ts';

export { EventTopicPlugin, type EventTopicPluginOptions } from './plugin.ts';
export type { RefusedEvents, TopicPublisher } from './worker/topic-activities.ts';

/** Temporal's own worker options, but for those that this package sets. */
export interface EventTopicWorkerOptions
  extends Omit<WorkerOptions, 'activities' | 'taskQueue' | 'workflowBundle' | 'workflowsPath'> {
  /** The EventTopics that this worker publishes, and where to; at least one. */
  readonly topics: readonly TopicPublisher[];
  /** Task queue of the publisher workflows. Default: `event-topic`. */
  readonly taskQueue?: string;
}

/**
 * Creates a Temporal worker that publishes the events of the given topics; start it with `run()`. Unless told otherwise
 * it gives running activities 25 seconds when it is shut down.
 *
 * Throws `INVALID_WORKER` when the topics are wrong.
 */
export async function createEventTopicWorker(workerOptions: EventTopicWorkerOptions): Promise<Worker> {
  refuseWorkerFaults(workerFaults(workerOptions));
  const { topics, ...options } = workerOptions;
  const notice = new StopNotice();
  return await Worker.create({
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    ...options,
    taskQueue: options.taskQueue ?? DEFAULT_TASK_QUEUE,
    activities: topicActivities(topics, () => notice.signal),
    plugins: [...(options.plugins ?? []), notice],
    ...workflowSource(options),
  });
}

/** Temporal's own options pass: a newer SDK may have more. Those that are set here would be passed over in silence. */
function workerFaults(options: unknown): readonly string[] {
  if (!isRecord(options)) return [`the argument is an object of options, not ${describe(options)}`];
  const own = ['activities', 'workflowsPath', 'workflowBundle'].filter((key) => options[key] !== undefined);
  return own.map((key) => `${key} is set by this package: use EventTopicPlugin in a worker of your own`);
}

const USAGE = `event-topic-worker: publishes the events of EventTopics to SNS. Configured by environment variables only.

  EVENT_TOPICS             JSON object: topic name -> SNS topic ARN, as the Pulumi stack prints it; or, instead of the ARN,
                           { "topicArn", "deadLetterQueueUrl": SQS queue for events that SNS refuses (default: they
                           park), "maxMessageBytes": the topic's MaximumMessageSize (default: 262144) }
  EVENT_TOPICS_FILE        a file with that JSON, instead
  EVENT_TOPIC_TASK_QUEUE   Temporal task queue (default: ${DEFAULT_TASK_QUEUE})
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE   Temporal's own
  AWS_*                    the AWS SDK's standard chain; AWS_ENDPOINT_URL_SNS, _SQS for other endpoints
  LOG_FORMAT               text (default) or json;  LOG_LEVEL: TRACE, DEBUG, INFO (default), WARN, ERROR

Stops on SIGTERM and SIGINT, after running activities have ended. Exit codes: 0 stopped, 1 failed, 2 wrong configuration.
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const notice = nodeVersionNotice(process.env, process.versions.node);
  const { topics, taskQueue } = await readEnvironment(process.env);
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const logger = createLogger(process.env);
  Runtime.install({ logger });
  if (notice) logger.warn(notice);
  const connection = await connect(connectionOptions);
  try {
    const worker = await createEventTopicWorker({ connection, namespace, taskQueue, topics });
    for (const { topic, publisher, deadLetterQueue } of topics) {
      const deadLetters = deadLetterQueue && { deadLetters: deadLetterQueue.describe() };
      logger.info('Publishes', { topic, to: publisher.describe(), ...deadLetters });
    }
    await worker.run();
  } finally {
    await connection.close();
  }
}

async function connect(
  options: Parameters<typeof NativeConnection.connect>[0] = {},
): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(options);
  } catch (cause) {
    const reason = cause instanceof Error ? rootMessage(cause) : String(cause);
    throw new EventTopicError('TEMPORAL_UNREACHABLE', `Temporal does not answer: ${reason}`, {
      details: { address: options.address ?? 'localhost:7233' },
      action:
        'Set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE, TEMPORAL_API_KEY or TEMPORAL_TLS_*), or start the server',
      cause,
    });
  }
}

function isExecutable(): boolean {
  const [, script] = process.argv;
  return script !== undefined && realpathSync(script) === join(here, `worker${moduleExtension}`);
}

if (isExecutable()) {
  main().catch((error: unknown) => {
    const code = isEventTopicError(error) ? `${error.code} ` : '';
    process.stderr.write(
      `event-topic-worker: ${code}${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = isEventTopicError(error) && error.code.startsWith('INVALID_') ? 2 : 1;
  });
}
