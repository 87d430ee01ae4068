// Records histories of the workflows: `npx tsx test/replay/record.ts <release> [story …]`. Run it when a release changes a
// workflow, and never touch a recorded file again: it stands for runs that are open out there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { EventPublisher } from '../../src/activities/event-publisher.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import type { EventLog } from '../../src/common/event-log.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { PUBLISH_SIGNAL } from '../../src/common/names.ts';
import { EventLogRelay } from '../../src/event-log/event-log-relay.ts';
import { startTemporalDevServer } from '../../src/testing/index.ts';
import { devServer, findExecutable, thisMachine } from '../../src/testing/servers/executables.ts';
import { type TopicPublisher, topicActivities } from '../../src/worker/topic-activities.ts';
import { Customer, type Customers, customers, positioned, renamed, renames } from '../support/customer.ts';
import { refused, ScriptedPublisher, throttled, unavailable } from '../support/scripted-publisher.ts';

const [release, ...wanted] = process.argv.slice(2);
if (release === undefined) throw new Error('Which release? npx tsx test/replay/record.ts <release>');
const folder = join(import.meta.dirname, 'histories', release);
mkdirSync(folder, { recursive: true });

Runtime.install({ logger: new DefaultLogger('ERROR') });
const env = await startTemporalDevServer();
const found = await findExecutable(devServer, thisMachine());
const cli = 'path' in found ? found.path : 'temporal';
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Recorded {
  readonly publisher: EventPublisher;
  /** Default: Customer. */
  readonly topic?: Customers;
  readonly target?: Partial<TopicPublisher>;
}

/** Publishes as `story` says and writes the history of every run of every workflow that takes part. */
async function record(
  name: string,
  { publisher, topic: definition = Customer, target }: Recorded,
  story: (topic: EventTopic<typeof Customer.event>) => Promise<void>,
): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: name,
    workflowsPath: join(import.meta.dirname, '../../src/workflows/index.ts'),
    activities: topicActivities([{ ...target, topic: definition, publisher } as TopicPublisher]),
  });
  const settings = { lingerMs: 1_500, maxSignalsPerRun: 5, settleMs: 300, gapTimeoutMs: 500 };
  const topic = new EventTopic(definition, { client: env.client, taskQueue: name, settings });
  await worker.runUntil(story(topic));
  let index = 0;
  for await (const { workflowId, runId } of env.client.workflow.list({ query: `TaskQueue = '${name}'` })) {
    const run = ['-w', workflowId, '-r', runId, '--output', 'json', '--address', env.address];
    const json = execFileSync(cli, ['workflow', 'show', ...run], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    writeFileSync(join(folder, `${name}-${index++}.json`), withoutMachine(json));
  }
}

async function parked(topic: EventTopic<typeof Customer.event>, id: string): Promise<void> {
  while ((await topic.status(id)).state !== 'parked') await sleep(100);
}

/** Stack traces and identities name the recording machine, and replay does not look at them. */
function withoutMachine(json: string): string {
  const isOfMachine = (key: string): boolean => key === 'stackTrace' || key === 'identity';
  return JSON.stringify(
    JSON.parse(json, (key, value) => (isOfMachine(key) ? undefined : value)),
    null,
    1,
  );
}

let isDown = true;
const flaky = new ScriptedPublisher((msgId) => (msgId === 'outage-2' && isDown ? throttled : undefined));
await record('outage', { publisher: flaky }, async (topic) => {
  await topic.publish(renames('outage', 1, 3));
  for (const message of renames('outage', 2, 12)) await topic.publish([message]);
  await sleep(1_500);
  isDown = false;
  await sleep(5_000);
});

let isCured = false;
const strict = new ScriptedPublisher((msgId) => (msgId === 'parked-2' && !isCured ? refused : undefined));
await record('parked', { publisher: strict }, async (topic) => {
  await topic.publish(renames('parked', 1, 3));
  await sleep(500);
  await topic.publish(renames('parked', 4, 4));
  isCured = true;
  await topic.retry('parked', { actor: 'ada', reason: 'cured' });
  await sleep(3_000);
});

let isBacklogDown = true;
const piledUp = new ScriptedPublisher(() => (isBacklogDown ? throttled : undefined));
await record('paged', { publisher: piledUp }, async (topic) => {
  const name = 'x'.repeat(60_000);
  for (const message of renames('paged', 1, 9))
    await topic.publish([{ ...message, event: { type: 'NameChanged', name } }]);
  await sleep(1_000);
  isBacklogDown = false;
  await sleep(6_000);
});

await record('by-hand', { publisher: new ScriptedPublisher(() => undefined) }, async (topic) => {
  await topic.publish(renames('by-hand', 1, 1));
  const handle = env.client.workflow.getHandle(publisherWorkflowId('Customer', 'by-hand'));
  for (const signal of [null, { entries: [5] }]) await handle.signal(PUBLISH_SIGNAL, signal);
  for (const message of renames('by-hand', 2, 5)) await topic.publish([message]);
  await sleep(3_000);
});

await record('growing', { publisher: new ScriptedPublisher(() => undefined) }, async (topic) => {
  await topic.publish(renames('growing', 1, 700));
  for (const message of renames('growing', 701, 708)) await topic.publish([message]);
  await sleep(3_000);
});

const operator = { actor: 'ada', reason: 'a story' };
const refusing = new ScriptedPublisher((msgId) =>
  ['operated-2', 'operated-4'].includes(msgId) && !isReplaced ? refused : undefined,
);
let isReplaced = false;
await record('operated', { publisher: refusing }, async (topic) => {
  await topic.publish(renames('operated', 1, 4));
  await sleep(500);
  await topic.pause('operated', operator);
  await topic.skip('operated', operator);
  await topic.resume('operated', operator);
  await sleep(500);
  isReplaced = true;
  await topic.replace('operated', { ...operator, message: renamed('operated', 'operated-4') });
  await topic.publish(renames('operated', 4, 6), { waitFor: 'published' });
  await sleep(3_000);
});

const streamOf = (id: string): EventMessage[] => positioned(id, 1, 20);
const eventLog = {
  async *readStream(id: string, from: number): AsyncIterable<EventMessage> {
    // Number 12 is not there.
    yield* streamOf(id).filter(({ position = 0 }) => position >= from && position !== 12);
  },
};
const ordered = customers('Ordered', { ordering: 'position' });
await record(
  'ordered',
  { publisher: new ScriptedPublisher(() => undefined), topic: ordered, target: { eventLog } },
  async (topic) => {
    for (const message of positioned('ordered', 3, 8).reverse()) await topic.publish([message]);
    await sleep(500);
    await topic.publish(positioned('ordered', 11, 11));
    await sleep(1_500);
    await topic.publish(positioned('ordered', 13, 14));
    await parked(topic, 'ordered');
    await topic.retry('ordered', operator);
    await parked(topic, 'ordered');
    await topic.skip('ordered', operator);
    await topic.publish(positioned('ordered', 15, 15), { waitFor: 'published' });
    await sleep(3_000);
  },
);

let isPartitionDown = true;
const shared = new ScriptedPublisher((msgId) => {
  if (msgId === 'p1-2') return refused;
  return isPartitionDown && !msgId.startsWith('p2') ? throttled : undefined;
});
const partitioned = customers('Partitioned', { partitions: 1 });
await record('partitioned', { publisher: shared, topic: partitioned }, async (topic) => {
  const name = 'x'.repeat(12_000);
  for (let n = 1; n <= 8; n += 1) {
    const events = ['p1', 'p2', 'p3', 'p4'].map((id) => renamed(id, `${id}-${n}`));
    await topic.publish(events.map((message) => ({ ...message, event: { type: 'NameChanged', name } })));
  }
  await sleep(1_500);
  isPartitionDown = false;
  await topic.publish(renames('p5', 1, 3), { waitFor: 'published' });
  await parked(topic, 'p1');
  await sleep(6_000);
  await topic.skip('p1', operator);
  await sleep(4_000);
});

let isTogetherDown = true;
const together = new ScriptedPublisher(() => (isTogetherDown ? unavailable : undefined));
const sharing = customers('Together', { partitions: 1 });
await record('together', { publisher: together, topic: sharing }, async (topic) => {
  for (const id of ['t1', 't2', 't3']) {
    await topic.publish(renames(id, 1, 2));
    await sleep(700);
  }
  await sleep(4_000);
  isTogetherDown = false;
  await sleep(6_000);
});

const relayedTopic = customers('Relayed', { ordering: 'position' });
const stored: EventMessage[] = positioned('relayed', 1, 3);
const relayedLog: EventLog = {
  async *readStream(id, from) {
    yield* stored.filter((message) => message.id === id && Number(message.position) >= from);
  },
  async *readAll(after, { limit }) {
    const events = stored.map((message, index) => ({
      checkpoint: `memory/${String(index).padStart(6, '0')}`,
      storedAt: message.meta.time,
      message,
    }));
    yield* events.filter(({ checkpoint }) => after === undefined || checkpoint > after).slice(0, limit);
  },
};
await record(
  'relayed',
  {
    publisher: new ScriptedPublisher(() => undefined),
    topic: relayedTopic,
    target: { eventLog: relayedLog },
  },
  async (topic) => {
    const options = {
      client: env.client,
      taskQueue: 'relayed',
      settings: { lingerMs: 1_500, settleMs: 300 },
    };
    const tail = new EventLogRelay(relayedTopic, { ...options, mode: 'tail', everyMs: 200 });
    await tail.start({ from: 'beginning' });
    await sleep(1_000);
    await tail.stop();
    // The publisher closes; the hand-over of 4 is lost, and 5 comes first.
    await sleep(2_500);
    stored.push(...positioned('relayed', 4, 5));
    await topic.publish(positioned('relayed', 5, 5), { waitFor: 'published' });
    stored.push(...positioned('relayed', 6, 6));
    const sweep = new EventLogRelay(relayedTopic, { ...options, mode: 'sweep', everyMs: 500, graceMs: 0 });
    await sweep.start();
    await sleep(2_000);
    await sweep.verify();
    await (await topic.republish({ ids: ['relayed'] }, operator)).result();
    await sweep.stop();
    await sleep(2_500);
  },
);

await env.teardown();
