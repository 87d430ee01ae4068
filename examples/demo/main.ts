// The main job on one machine: EventLog → EventTopic → Temporal → SNS FIFO → SQS → a read model and a side effect, with a throttling
// spell, a killed worker and a killed application on the way. `npm start`; options: --keep-alive, --json.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EventTopic } from 'temporal-event-topic/client';
import { EventLogRelay } from 'temporal-event-topic/event-log';
import { check, type ReceivedBy, receivedByAll } from './check.ts';
import { type Collector, startCollectors } from './collectors.ts';
import { equalsFold } from './read-model.ts';
import {
  type Append,
  business,
  Customer,
  closing,
  interrupted as interruptedRound,
  Order,
  opening,
} from './shop.ts';
import { streams as storedStreams } from './store.ts';
import { ApplicationProcess, type System, startSystem, startWorker, type WorkerProcess } from './system.ts';
import { seconds, show, showFindings, showIncident, showStep } from './terminal.ts';

const THROTTLE_MS = 3_000;
const DRAIN_MS = 40_000;

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, 'keep-alive': { type: 'boolean', default: false } },
});

// Everything here talks to emulators: credentials that no AWS accepts, and no notices about this machine's Node.
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: 'demo',
  AWS_SECRET_ACCESS_KEY: 'demo',
  AWS_REGION: 'us-east-1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

/** Ends what has been started, last first. */
const cleanUps: (() => unknown)[] = [];
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
});

try {
  const result = await Promise.race([main(), interrupted]);
  if (result === 'interrupted') process.exitCode = 130;
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  if (options.json) console.log(JSON.stringify({ ok: false, error: message, seconds: seconds() }));
  process.exitCode = 1;
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
}

async function main(): Promise<void> {
  show('starting PostgreSQL, Temporal and the SNS/SQS emulator, provisioning from infra/index.ts …');
  const system = await startSystem(show);
  cleanUps.push(() => system.stop());
  const topics = {
    Customer: new EventTopic(Customer, { client: system.temporal.client }),
    Order: new EventTopic(Order, { client: system.temporal.client }),
  };
  const collectors = await startCollectors(system, (topic, message, by) =>
    showStep('received', { topic, message, by: `by ${by}` }),
  );
  for (const collector of collectors) cleanUps.push(() => collector.stop());
  const worker = await runWorker(system);
  const relays = await startRelays(system);
  const application = await runApplication(system);
  show(`ready: ${Object.values(system.topicArns).join(', ')}`);

  await runStory({ system, worker, application });

  const streams = await storedStreams(system.pool);
  await drained(streams, collectors);
  conclude({
    streams,
    received: await receivedBy(collectors),
    published: await countPublished(topics, streams),
    healed: await healedBy(relays),
    readModels: { ReadModel: await equalsFold(system.pool) },
  });
  if (options['keep-alive']) await keepAlive(system);
}

interface Cast {
  readonly system: System;
  readonly worker: WorkerProcess;
  readonly application: ApplicationProcess;
}

/** What happens: business as usual, a throttling spell, a killed worker, a killed application, the end. */
async function runStory({ system, worker, application }: Cast): Promise<void> {
  const append = (appends: Append[]): Promise<void> => appendAll(application, appends);
  await append(opening());
  await append(business(1));

  showIncident(`SNS throttles every request for ${THROTTLE_MS / 1_000} s`);
  system.proxy.throttle(true);
  await append(business(2));
  await sleep(THROTTLE_MS);
  system.proxy.throttle(false);
  showIncident(
    `SNS takes requests again, after refusing ${system.proxy.refused}: each aggregate goes on where it stopped`,
  );
  await append(business(3));

  // Mid-flight: the round is accepted, and the worker dies while it publishes.
  const round = append(business(4));
  await sleep(150);
  await worker.kill();
  showIncident('the worker is killed (SIGKILL) while it publishes; what is accepted stays with Temporal');
  await round;
  await runWorker(system);
  showIncident("a new worker runs; Temporal hands it the dead one's work after at most 10 s");

  const { dies, next } = interruptedRound();
  await application.appendAndDie(dies);
  showIncident(
    `the application is killed (SIGKILL) between commit and publish: ${dies.events.length} events of ${dies.id} are stored, and nobody was told`,
  );
  const another = await runApplication(system);
  await appendAll(another, [next]);
  showIncident(
    `another process publishes the next event of ${next.id}: it waits until the relay finds those before it`,
  );
  await appendAll(another, closing());
}

/** The safety net: one relay for each topic finds what was stored and not published. */
async function startRelays({ temporal: { client } }: System): Promise<EventLogRelay[]> {
  const relays = [Customer, Order].map(
    (topic) => new EventLogRelay(topic, { client, mode: 'sweep', everyMs: 1_000, graceMs: 1_500 }),
  );
  for (const relay of relays) await relay.start({ from: 'beginning' });
  return relays;
}

/** Resolves with the number of events that they have published. */
async function healedBy(relays: readonly EventLogRelay[]): Promise<number> {
  const statuses = await Promise.all(relays.map((relay) => relay.status()));
  return statuses.reduce((sum, { totals }) => sum + totals.healed, 0);
}

async function runApplication(system: System): Promise<ApplicationProcess> {
  const application = await ApplicationProcess.start(system);
  cleanUps.push(() => application.stop());
  return application;
}

async function runWorker(system: System): Promise<WorkerProcess> {
  const worker = await startWorker(system, (report) => {
    if (report.kind === 'published') showStep('published', { ...report, by: 'acknowledged by SNS' });
  });
  cleanUps.push(() => worker.stop());
  return worker;
}

async function appendAll(application: ApplicationProcess, appends: Append[]): Promise<void> {
  const appendOne = async (one: Append): Promise<void> => {
    const messages = await application.append(one);
    for (const message of messages)
      showStep('accepted', { topic: one.topic, message, by: 'held by Temporal' });
  };
  await Promise.all(appends.map(appendOne));
  await sleep(300);
}

async function drained(
  streams: ReadonlyMap<string, readonly string[]>,
  collectors: readonly Collector[],
): Promise<void> {
  const expected = [...streams.values()].flat().length;
  const deadline = Date.now() + DRAIN_MS;
  const handled = async (): Promise<number> => receivedByAll(streams, await receivedBy(collectors));
  while ((await handled()) < expected && Date.now() < deadline) await sleep(50);
  // A duplicate would come late.
  await sleep(500);
}

async function receivedBy(collectors: readonly Collector[]): Promise<ReceivedBy> {
  return new Map(
    await Promise.all(collectors.map(async ({ name, received }) => [name, await received()] as const)),
  );
}

type Topics = Record<Append['topic'], Pick<EventTopic<never>, 'status'>>;

async function countPublished(topics: Topics, streams: ReadonlyMap<string, unknown>): Promise<number> {
  const statuses = await Promise.all(
    [...streams.keys()].map((aggregate) => {
      const [topic, id = ''] = aggregate.split('/');
      return topics[topic as Append['topic']].status(id);
    }),
  );
  return statuses.reduce((sum, status) => sum + (status.state === 'unknown' ? 0 : status.published), 0);
}

interface Outcome {
  readonly streams: ReadonlyMap<string, readonly string[]>;
  readonly received: ReceivedBy;
  /** Events that the publishers say SNS has acknowledged. */
  readonly published: number;
  /** Events that the relays published, for the application had died. */
  readonly healed: number;
  /** True when it equals a fold over the EventLog. */
  readonly readModels: Readonly<Record<string, boolean>>;
}

function conclude({ streams, received, published, healed, readModels }: Outcome): void {
  const findings = check(streams, received);
  const inOrder = [...findings.values()].every(({ verdicts }) =>
    Object.values(verdicts).every((verdict) => verdict === 'in order'),
  );
  const ok = inOrder && Object.values(readModels).every(Boolean);
  const counts = [...received].map(([name, streamsOf]) => [name, [...streamsOf.values()].flat().length]);
  const result = {
    ok,
    aggregates: streams.size,
    accepted: [...streams.values()].flat().length,
    published,
    healed,
    received: receivedByAll(streams, received),
    collectors: Object.fromEntries(counts),
    readModels,
    seconds: seconds(),
  };
  showFindings(findings);
  show(
    `${result.accepted} stored, ${published} published, ${healed} of them by the relay, ${result.received} handled by every collector`,
  );
  showIncident(
    ok
      ? 'PASSED: every collector has every event, in order, once; the read model equals a fold over the EventLog'
      : 'FAILED: see the table',
  );
  if (options.json) console.log(JSON.stringify(result));
  process.exitCode = ok ? 0 : 1;
}

async function keepAlive({ uiAddress, temporal, endpoint }: System): Promise<void> {
  show(`Temporal UI ${uiAddress}  ·  Temporal ${temporal.address}  ·  SNS and SQS ${endpoint}`);
  show('Everything stays up. Ctrl-C ends it.');
  await new Promise(() => {});
}
