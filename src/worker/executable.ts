import type { Server } from 'node:http';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type Logger, NativeConnection, type Worker } from '@temporalio/worker';
import { EventTopicError, isEventTopicError, rootMessage } from '../common/errors.ts';
import { createEventTopicWorker } from './create-worker.ts';
import { formatAddress } from './environment/address.ts';
import { readEnvironment, type WorkerEnvironment } from './environment.ts';
import { startHealthServer } from './health-server.ts';
import { createLogger } from './logger.ts';
import { nodeVersionNotice } from './node-version.ts';
import { reportFailure } from './report-failure.ts';
import { installRuntime, targetOf } from './runtime.ts';
import { USAGE } from './usage.ts';

/** What `event-topic-worker` does. Sets the exit code of the process. */
export async function runExecutable(): Promise<void> {
  try {
    if (process.argv.includes('--help')) process.stdout.write(USAGE);
    else await runWorker();
  } catch (error) {
    reportFailure(error, process.env);
    process.exitCode = isEventTopicError(error) && error.code.startsWith('INVALID_') ? 2 : 1;
  }
}

async function runWorker(): Promise<void> {
  const notice = nodeVersionNotice(process.env, process.versions.node);
  const environment = await readEnvironment(process.env);
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const logger = createLogger(environment);
  installRuntime({ logger, metrics: environment.metrics });
  if (notice) logger.warn(notice);
  let worker: Worker | undefined;
  const health = await serveHealth(environment, () => worker?.getStatus());
  try {
    const connection = await connect(connectionOptions);
    try {
      worker = await createWorker(environment, { connection, namespace });
      sayWhatItDoes(logger, environment);
      // Temporal's runtime shuts the worker down on SIGTERM and SIGINT, also when they came before this line.
      await worker.run();
    } finally {
      await connection.close();
    }
  } finally {
    health?.closeAllConnections();
    health?.close();
  }
}

async function serveHealth(
  { health }: WorkerEnvironment,
  status: () => ReturnType<Worker['getStatus']> | undefined,
): Promise<Server | undefined> {
  return health && (await startHealthServer(health, status));
}

function createWorker(
  environment: WorkerEnvironment,
  temporal: { readonly connection: NativeConnection; readonly namespace: string | undefined },
): Promise<Worker> {
  const { topics, taskQueue, deployment, patches, stackTraces, maxCachedWorkflows } = environment;
  return createEventTopicWorker({
    ...temporal,
    taskQueue,
    topics,
    maxCachedWorkflows,
    workerDeploymentOptions: deployment,
    workflowStackTraces: stackTraces === 'on',
    ...(patches === 'off' && { patchActivationCallback: () => false }),
  });
}

function sayWhatItDoes(
  logger: Logger,
  { topics, health, metrics, deployment, patches }: WorkerEnvironment,
): void {
  for (const { topic, publisher, deadLetterQueue } of topics) {
    const deadLetters = deadLetterQueue && { deadLetters: deadLetterQueue.describe() };
    logger.info('Publishes', { topic, to: publisher.describe(), ...deadLetters });
  }
  if (health) logger.info('Answers /readyz and /livez', { at: formatAddress(health) });
  if (metrics) logger.info('Exports metrics', { to: targetOf(metrics) });
  if (deployment) logger.info('Is versioned', { ...deployment.version });
  if (patches === 'off') logger.info('New runs do what the release before does: EVENT_TOPIC_PATCHES is off');
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
