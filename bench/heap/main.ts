// What an idle publisher keeps alive in the workflow thread of its worker: `npx tsx bench/heap/main.ts`, after a build. A heap snapshot, by what
// holds what; only live objects are in it.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import type { Worker as Thread } from 'node:worker_threads';
import { NativeConnection } from '@temporalio/worker';
import { defineEventTopic } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { InMemoryPublisher, startTemporalDevServer } from 'temporal-event-topic/testing';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { BenchEventSchema } from '../event-schema.ts';
import { applyLoad } from '../load.ts';
import { dominatorsOf } from './dominators.ts';
import { retainedBy } from './retained.ts';
import { HeapGraph } from './snapshot.ts';

/** Of `@temporalio/workflow`: one for each workflow; all that belongs to a workflow hangs on it. */
const WORKFLOW = 'Activator';
const ROWS = 16;

const { values } = parseArgs({ options: { publishers: { type: 'string', default: '300' } } });
const publishers = Number(values.publishers);

const threads = catchThreads();
const env = await startTemporalDevServer();
const connection = await NativeConnection.connect({ address: env.address });
const definition = defineEventTopic({ name: 'Heap', event: BenchEventSchema });
const publisher = new InMemoryPublisher();
const worker = await createEventTopicWorker({
  connection,
  maxCachedWorkflows: 2 * publishers,
  topics: [{ topic: definition, publisher }],
});
const snapshot = await worker.runUntil(async () => {
  const topic = new EventTopic(definition, { client: env.client });
  const load = { aggregates: publishers, eventsPerAggregate: 1, eventsPerCall: 1, callers: 50 };
  await applyLoad(load, {
    publish: (messages) => topic.publish(messages).then(() => {}),
    stop: async () => {},
  });
  while (publisher.messages.length < publishers) await new Promise((resolve) => setTimeout(resolve, 100));
  const [thread] = threads;
  if (thread === undefined) throw new Error('The SDK has started no workflow thread');
  return textOf(await thread.getHeapSnapshot());
});
await connection.close();
await env.teardown();

const graph = new HeapGraph(snapshot);
const { owners, rows, total } = retainedBy(graph, dominatorsOf(graph.references()), WORKFLOW);
console.log(`${owners} workflows, ${(total / owners / 1_024).toFixed(1)} KB each`);
console.table(
  rows.slice(0, ROWS).map(({ kind, bytes, count }) => ({
    constructor: kind,
    'KB per publisher': Number((bytes / owners / 1_024).toFixed(2)),
    'objects per publisher': Number((count / owners).toFixed(1)),
  })),
);

/** The SDK starts its threads by itself. */
function catchThreads(): readonly Thread[] {
  const caught: Thread[] = [];
  const threads = createRequire(import.meta.url)('node:worker_threads');
  threads.Worker = class extends (threads.Worker as typeof Thread) {
    constructor(...args: ConstructorParameters<typeof Thread>) {
      super(...args);
      caught.push(this);
    }
  };
  return caught;
}

async function textOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const parts: string[] = [];
  for await (const part of stream) parts.push(String(part));
  return parts.join('');
}
