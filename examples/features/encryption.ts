// Temporal holds the events and cannot read them: a payload codec encrypts what client and worker send to it.
import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import { EventTopic } from 'temporal-event-topic/client';
import { InMemoryPublisher } from 'temporal-event-topic/testing';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { AesGcmCodec } from './aes-gcm-codec.ts';
import { Customer, renamed } from './customer.ts';
import { startSystem, until } from './system.ts';

await using system = await startSystem();
const publisher = new InMemoryPublisher();
const topics = [{ topic: Customer, publisher }];
const { connection } = system.client;
const { connection: nativeConnection } = system;
const key = randomBytes(32); // All clients and workers need the same: take it from where you keep your secrets.

// #region encryption
const dataConverter = { payloadCodecs: [new AesGcmCodec(key)] };
const client = new Client({ connection, dataConverter });
const worker = await createEventTopicWorker({ connection: nativeConnection, dataConverter, topics });
const topic = new EventTopic(Customer, { client });
// #endregion encryption
system.run(worker);

// One customer's event is published. The other's is refused, as SNS may do: it is parked until an operator helps.
publisher.refuse('m-2', { reason: 'Lovelace is not what SNS takes' });
await topic.publish([renamed('C-1', 'm-1', 'Lovelace')], { waitFor: 'published' });
await topic.publish([renamed('C-2', 'm-2', 'Lovelace')]);
await until(async () => (await topic.parked()).length === 1);
console.log('with the key, parked:', (await topic.parked())[0]?.reason);
publisher.cure('m-2');
await topic.retry('C-2', { actor: 'ada', reason: 'Lovelace is welcome now' });
await until(() => publisher.messages.length === 2);
console.log('SNS gets:', JSON.stringify(publisher.messages.map(({ event }) => event)));

console.log('with the codec the name can be read in:', await readableIn(3));

// The same without a codec, to see that the search finds what is there.
const withoutCodec = new EventTopic(Customer, { client: system.client, taskQueue: 'without-codec' });
await system.runWorker({ topics, taskQueue: 'without-codec' });
await withoutCodec.publish([renamed('C-3', 'm-3', 'Lovelace')], { waitFor: 'published' });
console.log('without a codec in:', await readableIn(4));

/** Looks for the name in everything that Temporal has, as bytes, of its `count` workflows. */
async function readableIn(count: number): Promise<string[]> {
  const list = () => connection.workflowService.listWorkflowExecutions({ namespace: 'default' });
  await until(async () => (await list()).executions.length === count);
  const readable: string[] = [];
  for (const { execution, memo } of (await list()).executions) {
    const workflowId = execution?.workflowId ?? '';
    const history = await system.client.workflow.getHandle(workflowId).fetchHistory();
    if (bytesIn([history, memo]).some((bytes) => bytes.includes('Lovelace'))) readable.push(workflowId);
  }
  return readable;
}

function bytesIn(value: unknown): Buffer[] {
  if (typeof value === 'string') return [Buffer.from(value)];
  if (value instanceof Uint8Array) return [Buffer.from(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}
