import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import program from '../../examples/adopt/infra.ts';
import { applyProgram } from '../../infra/local.ts';
import { startEmulator } from '../../src/cli/dev/emulator.ts';
import { choosePorts } from '../../src/cli/dev/ports.ts';
import { provision } from '../../src/cli/dev/provision.ts';
import type { Ready } from '../../src/cli/dev/ready.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { Customer, renames } from '../support/customer.ts';
import { receiveAll } from '../support/provisioned-emulator.ts';
import { type RunningProcess, runNode } from '../support/run-process.ts';

const EXECUTABLE = join(import.meta.dirname, '../../dist/esm/src/cli/main.js');
const ANY_PORTS = ['--port', '0', '--ui-port', '0', '--aws-port', '0'];
const run = promisify(execFile);

describe('event-topic dev', () => {
  let folder = '';
  const running: RunningProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-topic-dev-'));
  });
  afterEach(async () => {
    for (const { child, finished } of running.splice(0)) {
      if (child.exitCode === null) child.kill('SIGTERM');
      await finished;
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const start = (...argv: string[]): RunningProcess => {
    const dev = runNode([EXECUTABLE, 'dev', '--json', ...ANY_PORTS, ...argv]);
    running.push(dev);
    return dev;
  };

  it('serves the topics of a module, each collector with its own, and ends with all that it started', async () => {
    const spec = join(folder, 'topics.mjs');
    const index = join(import.meta.dirname, '../../dist/esm/src/index.js');
    const zod = join(import.meta.dirname, '../../node_modules/zod/index.js');
    await writeFile(
      spec,
      `import { defineEventTopic } from '${index}'; import * as z from '${zod}';
       export const Customer = defineEventTopic({ name: 'Customer', event: z.any() });
       export const Order = defineEventTopic({ name: 'Order', event: z.any() });`,
    );
    const envFile = join(folder, 'dev.env');
    const dev = start('--spec', spec, '--collector', 'ReadModel=Customer,Order', '--write-env', envFile);
    const ready = await readyOf(dev);
    expect(Object.keys(ready.topics)).toEqual(['Customer', 'Order']);
    expect(Object.keys(ready.collectors)).toEqual(['ReadModel']);
    expect(await readFile(envFile, 'utf8')).toContain(`TEMPORAL_ADDRESS=${ready.temporal.address}\n`);

    const connection = await Connection.connect({ address: ready.temporal.address });
    const messages = renames('a', 1, 3);
    await new EventTopic(Customer, { client: new Client({ connection }) }).publish(messages, {
      waitFor: 'published',
    });
    const received = await receiveAll(ready.endpoint, ready.collectors['ReadModel']?.queueUrl ?? '', 3);
    expect(received.map(({ Body = '' }) => JSON.parse(Body))).toEqual(messages);
    expect((await fetch(ready.temporal.ui)).status).toBe(200);
    await connection.close();

    dev.child.kill('SIGINT');
    // As npx hands it on.
    dev.child.kill('SIGINT');
    expect(await dev.finished).toMatchObject({ code: 130 });
    expect(await processesOn(ready.temporal.address)).toEqual([]);
  });

  it('keeps what Temporal holds in a file', async () => {
    const dbFile = ['--db-file', join(folder, 'temporal.db')];
    const first = start(...dbFile);
    await openPublisher(await readyOf(first));
    first.child.kill('SIGTERM');
    expect(await first.finished).toMatchObject({ code: 143 });
    expect(await openPublisher(await readyOf(start(...dbFile)), { look: true })).toBe(1);
  });

  it('ends with what runs when it is interrupted while it starts', async () => {
    const dev = start();
    const port = await firstServerPort(dev);
    dev.child.kill('SIGINT');
    const { code, stdout } = await dev.finished;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(await processesOn(`:${port}`)).toEqual([]);
  });

  it('ends with an error when a part dies', async () => {
    const dev = start();
    const { temporal } = await readyOf(dev);
    const [server] = await processesOn(temporal.address);
    process.kill(Number(server), 'SIGKILL');
    const { code, stderr } = await dev.finished;
    expect(code).toBe(1);
    expect(stderr).toContain('"code":"TEMPORAL_SERVER_UNAVAILABLE"');
  });

  it('says which port is taken, and by which option another is chosen', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const dev = runNode([EXECUTABLE, 'dev', ...ANY_PORTS.slice(0, 4), '--aws-port', String(port)]);
    const { code, stderr } = await dev.finished;
    taken.close();
    expect(code).toBe(2);
    expect(stderr).toContain(
      `INVALID_ENVIRONMENT Somebody listens already on port ${port} (SNS and SQS, --aws-port)`,
    );
    expect(stderr).toContain('next: End that, or choose another port: --aws-port 0');
  });

  it('makes topics and queues as the components do', async () => {
    const wish = { option: '', server: '', port: 0 };
    const ports = await choosePorts([wish, wish]);
    const [ours, theirs] = await Promise.all(ports.map(startEmulator));
    if (!ours || !theirs) throw new Error('No emulator');
    await provision(ours.endpoint, {
      topics: ['Customer'],
      collectors: [{ name: 'CustomerReadModel', topics: ['Customer'] }],
    });
    await applyProgram(program, { endpoint: theirs.endpoint, log: () => {} });
    expect(await topologyOf(ours.endpoint)).toEqual(await topologyOf(theirs.endpoint));
    await Promise.all([ours.close(), theirs.close()]);
  });
});

/** Publishes an event, unless told only to look. Resolves with how many events of its aggregate are published. */
async function openPublisher(
  { temporal: { address } }: Ready,
  { look = false }: { readonly look?: boolean } = {},
): Promise<number | undefined> {
  const connection = await Connection.connect({ address });
  const topic = new EventTopic(Customer, { client: new Client({ connection }) });
  if (!look) await topic.publish(renames('a', 1, 1), { waitFor: 'published' });
  const status = await topic.status('a');
  await connection.close();
  return 'published' in status ? status.published : undefined;
}

async function readyOf({ child, finished }: RunningProcess): Promise<Ready> {
  let said = '';
  const line = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) resolve(said);
    });
  });
  const ended = finished.then(({ stderr }) =>
    Promise.reject(new Error(`Ended before it was ready: ${stderr}`)),
  );
  return JSON.parse(await Promise.race([line, ended])) as Ready;
}

/** Process ids of Temporal servers on that port. */
async function processesOn(address: string): Promise<readonly string[]> {
  const { stdout } = await run('ps', ['-eo', 'pid,args']);
  const port = address.split(':').at(-1);
  const lines = stdout.split('\n').filter((line) => line.includes(`start-dev --port ${port} `));
  return lines.map((line) => line.trim().split(' ')[0] ?? '');
}

/** The port of the Temporal server that it has started: a child of it. */
async function firstServerPort({ child }: RunningProcess): Promise<string> {
  for (;;) {
    const { stdout } = await run('ps', ['-eo', 'ppid,args']);
    const port = new RegExp(`^ *${child.pid} .*start-dev --port (\\d+) `, 'm').exec(stdout)?.[1];
    if (port !== undefined) return port;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What SNS and SQS say of what stands there. */
async function topologyOf(endpoint: string): Promise<unknown> {
  const sns = new SNSClient({ endpoint });
  const sqs = new SQSClient({ endpoint });
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo';
  const { Subscriptions: [{ SubscriptionArn = '' } = {}] = [] } = await sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn }),
  );
  const queueOf = async (QueueName: string): Promise<unknown> => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return comparable(await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })));
  };
  const topology = {
    // Its policy keeps out other accounts, and who comes without TLS: nobody here.
    topic: { ...comparable(await sns.send(new GetTopicAttributesCommand({ TopicArn }))), Policy: undefined },
    subscription: comparable(await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))),
    queue: await queueOf('CustomerReadModelEventCollector.fifo'),
    deadLetters: await queueOf('CustomerReadModelEventCollectorDeadLetter.fifo'),
  };
  sns.destroy();
  sqs.destroy();
  return topology;
}

/** Without times and ids, and without what is as it is by default. */
function comparable({
  Attributes = {},
}: {
  readonly Attributes?: Record<string, string> | undefined;
}): Record<string, unknown> {
  const { CreatedTimestamp, LastModifiedTimestamp, SubscriptionArn, ...attributes } = Attributes;
  const set = Object.entries(attributes).filter(
    ([name, value]) => value !== '' && name !== 'FilterPolicyScope',
  );
  return Object.fromEntries(
    set.map(([name, value]) => [name, value.startsWith('{') ? JSON.parse(value) : value]),
  );
}
