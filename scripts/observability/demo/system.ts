// What the dashboard and the rules watch, all on this machine and all real but for AWS: Temporal, an emulator of SNS and SQS, the worker executable, a collector.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import * as z from 'zod';
import { startThrottlingProxy } from '../../../examples/demo/throttling-proxy.ts';
import { freePort } from '../../../examples/free-port.ts';
import { EventTopic } from '../../../src/client/index.ts';
import { EventCollector } from '../../../src/collector/index.ts';
import { createMeta, defineEventTopic } from '../../../src/index.ts';
import { startTemporalDevServer } from '../../../src/testing/index.ts';
import { showMetrics } from './metrics-endpoint.ts';

const EXECUTABLE = join(import.meta.dirname, '../../../dist/esm/src/worker.js');
const QUIET = { info() {}, warn() {}, error() {} };

const event = z.object({ type: z.literal('NameChanged'), name: z.string() });
const Customer = defineEventTopic({ name: 'Customer', event });
/** More than SNS takes, so that there are events that it refuses. */
const MAX_BYTES = 1_000_000;

export type System = Awaited<ReturnType<typeof startSystem>>;

export interface SystemOptions {
  /** Whether the collector's handler throws, asked for each event. */
  readonly fails: (id: string) => boolean;
  /** What the worker publishes besides Customer: ARNs by topic. Default: nothing. */
  readonly topics?: Readonly<Record<string, string>>;
}

export async function startSystem({ fails, topics = {} }: SystemOptions) {
  useNoRealCredentials();
  const temporal = await startTemporalDevServer();
  const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const { topicArn, queueUrl } = provision(emulator);
  const proxy = await startThrottlingProxy(emulator.port);
  const ports = { workers: await freePort(), application: await freePort() };
  const hideMetrics = await showMetrics(ports.application);
  const worker = await startWorker({
    EVENT_TOPICS: JSON.stringify({ Customer: topicArn, ...topics }),
    TEMPORAL_ADDRESS: temporal.address,
    METRICS_ADDRESS: `127.0.0.1:${ports.workers}`,
    AWS_ENDPOINT_URL_SNS: proxy.endpoint,
  });
  const sqs = new SQSClient({ endpoint: `http://127.0.0.1:${emulator.port}` });
  const collector = createCollector({ queueUrl, client: sqs, fails });
  await collector.start();
  const topicOf = (name: string) =>
    new EventTopic(defineEventTopic({ name, event }), {
      client: temporal.client,
      maxMessageBytes: MAX_BYTES,
    });
  return {
    ports,
    proxy,
    topic: topicOf('Customer'),
    topicOf,
    endWorker: () => endChild(worker),
    async stop(): Promise<void> {
      await collector.stop();
      sqs.destroy();
      await endChild(worker);
      await proxy.close();
      await emulator.stop();
      await temporal.teardown();
      await hideMetrics();
    },
  };
}

/** A message of `bytes` bytes; SNS takes 256 KiB. */
export function renamed(id: string, bytes = 100) {
  const meta = createMeta({ service: 'demo' });
  return { id, meta, event: { type: 'NameChanged', name: 'x'.repeat(bytes) } } as const;
}

// Everything here talks to the emulator.
function useNoRealCredentials(): void {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'demo',
    AWS_SECRET_ACCESS_KEY: 'demo',
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
}

function provision(emulator: Awaited<ReturnType<typeof startFauxqs>>) {
  const [topic, queue] = ['CustomerEventTopic.fifo', 'ReadModel.fifo'];
  const { topicArn } = emulator.createTopic(topic, { attributes: { FifoTopic: 'true' } });
  const { queueUrl } = emulator.createQueue(queue, { attributes: { FifoQueue: 'true' } });
  emulator.subscribe({ topic, queue, attributes: { RawMessageDelivery: 'true' } });
  return { topicArn, queueUrl };
}

async function startWorker(env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [EXECUTABLE], {
    env: { ...process.env, LOG_LEVEL: 'INFO', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  while (!said.includes('RUNNING')) {
    if (child.exitCode !== null) throw new Error(`The worker ended before it was ready: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return child;
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

interface CollectorParts {
  readonly queueUrl: string;
  readonly client: SQSClient;
  readonly fails: (id: string) => boolean;
}

function createCollector({ queueUrl, client, fails }: CollectorParts) {
  return new EventCollector({
    name: 'ReadModel',
    queueUrl,
    client,
    topics: [Customer],
    waitSeconds: 1,
    logger: QUIET,
    handle: async ({ id }) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      if (fails(id)) throw new Error('the database is away');
    },
  });
}
