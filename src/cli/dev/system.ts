import { setTimeout as sleep } from 'node:timers/promises';
import { SNSClient } from '@aws-sdk/client-sns';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { SnsFifoPublisher } from '../../activities/publishers/sns-fifo-publisher.ts';
import { startTemporalDevServer } from '../../testing/servers/temporal-server.ts';
import { createEventTopicWorker, type TopicPublisher } from '../../worker.ts';
import type { DevPlan } from './dev-plan.ts';
import { startEmulator } from './emulator.ts';
import { HOST } from './ports.ts';
import { type Provisioned, provision } from './provision.ts';
import { CREDENTIALS, REGION } from './region.ts';
import { whenServerEnds, whenWorkerEnds } from './watch.ts';

export interface DevSystem {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly uiUrl: string;
  readonly endpoint: string;
  readonly provisioned: Provisioned;
  /** Rejects when a part has ended that was not told to. */
  readonly failed: Promise<never>;
}

/** What `dev` does with what it starts. */
export interface DevHost {
  /** Aborts when the user has enough. */
  readonly signal: AbortSignal;
  /** Called at the end, the last one first. */
  defer(cleanUp: () => Promise<void> | void): void;
}

/** Starts all parts, one after the other. Throws the signal's reason when it aborts meanwhile; what runs by then is deferred to `host`. */
export async function startSystem(plan: DevPlan, host: DevHost): Promise<DevSystem> {
  const { signal } = host;
  const temporal = await startTemporal(plan, host);
  signal.throwIfAborted();
  const emulator = await startEmulator(plan.ports.aws);
  host.defer(() => emulator.close());
  signal.throwIfAborted();
  const provisioned = await provision(emulator.endpoint, plan.topology);
  signal.throwIfAborted();
  const worker = await startWorker(plan, { temporal, endpoint: emulator.endpoint, provisioned }, host);
  const failed = Promise.race([worker.ended, whenServerEnds(temporal.connection, signal)]);
  // Whether it has failed is asked later.
  failed.catch(() => undefined);
  return {
    address: temporal.address,
    namespace: plan.namespace,
    taskQueue: plan.taskQueue,
    uiUrl: `http://${HOST}:${plan.ports.ui}`,
    endpoint: emulator.endpoint,
    provisioned,
    failed,
  };
}

async function startTemporal(
  { ports, namespace, dbFile }: DevPlan,
  host: DevHost,
): Promise<TestWorkflowEnvironment> {
  const temporal = await startTemporalDevServer({
    server: {
      ip: HOST,
      port: ports.temporal,
      ui: true,
      uiPort: ports.ui,
      namespace,
      ...(dbFile === undefined ? {} : { dbFilename: dbFile }),
    },
  });
  host.defer(() => temporal.teardown());
  return temporal;
}

interface Parts {
  readonly temporal: TestWorkflowEnvironment;
  readonly endpoint: string;
  readonly provisioned: Provisioned;
}

/** `ended` rejects when it ends by itself. */
async function startWorker(
  { definitions, namespace, taskQueue }: DevPlan,
  { temporal, endpoint, provisioned }: Parts,
  host: DevHost,
): Promise<{ readonly ended: Promise<never> }> {
  const client = new SNSClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  host.defer(() => client.destroy());
  const topics = Object.entries(provisioned.topics).map(
    ([name, topicArn]): TopicPublisher => ({
      topic: definitions.find((definition) => definition.name === name) ?? name,
      publisher: new SnsFifoPublisher({ topicArn, client }),
    }),
  );
  const connection = temporal.nativeConnection;
  // Nobody waits for what a stopped emulator would answer.
  const worker = await createEventTopicWorker({
    connection,
    namespace,
    taskQueue,
    topics,
    shutdownGraceTime: 0,
  });
  const running = worker.run();
  running.catch(() => undefined);
  host.defer(async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    // A server that the same Ctrl-C has ended answers nobody.
    await Promise.race([running, sleep(STOP_MS, undefined, { ref: false })]);
  });
  return { ended: whenWorkerEnds(running, host.signal) };
}

const STOP_MS = 5_000;
