// From direct SNS publishing to the stream of a DynamoDB table of events: nothing is lost, reordered or received twice.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import dynalite from 'dynalite';
import {
  createMeta,
  defineEventTopic,
  type EventMessage,
  messageDeduplicationId,
  messageGroupId,
} from 'temporal-event-topic';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { type AggregateStatus, EventTopic } from 'temporal-event-topic/client';
import {
  createDynamoDbStreamHandler,
  type DynamoDbItem,
  DynamoDbStreamReader,
  type DynamoDbStreamRecord,
} from 'temporal-event-topic/event-log/dynamodb';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import * as z from 'zod';
import { startSystem, until } from './system.ts';

await using system = await startSystem();
const { client, connection, sns } = system;
// A DynamoDB from npm.
const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const dynamodb = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
});
const { topicArn, queueUrl } = system.createTopic('CustomerEventTopic.fifo');

// The application's own table, as it was before: one partition for each customer, sorted by version.
await dynamodb.send(
  new CreateTableCommand({
    TableName: 'events',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'customer', KeyType: 'HASH' },
      { AttributeName: 'version', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'customer', AttributeType: 'S' },
      { AttributeName: 'version', AttributeType: 'N' },
    ],
  }),
);

const Customer = defineEventTopic({
  name: 'Customer',
  event: z.object({ type: z.literal('NameChanged'), name: z.string() }),
  ordering: 'position',
});

// #region dynamodb-worker
// The worker's: reads from the table what a publisher misses.
const eventLog = new DynamoDbStreamReader({
  client: dynamodb,
  tableName: 'events',
  partitionKey: 'customer',
  sortKey: 'version',
  toMessage,
});
const publisher = new SnsFifoPublisher({ topicArn, client: sns });
const worker = await createEventTopicWorker({
  connection,
  topics: [{ topic: Customer, publisher, eventLog }],
});
// #endregion dynamodb-worker
system.run(worker);

// The default of gapTimeoutMs is 10 seconds; an example does not wait so long.
const topic = new EventTopic(Customer, { client, settings: { gapTimeoutMs: 500 } });
// #region dynamodb-handler
// The Lambda function of the table's stream.
const handler = createDynamoDbStreamHandler({ topic, toMessage });

function toMessage({ customer, version, event, meta }: DynamoDbItem): EventMessage {
  return { id: String(customer), meta: meta as EventMessage['meta'], event, position: Number(version) };
}
// #endregion dynamodb-handler

const versions = new Map<string, number>();
async function store(id: string, name: string): Promise<EventMessage> {
  const position = (versions.get(id) ?? 0) + 1;
  versions.set(id, position);
  const message = {
    id,
    meta: createMeta({ service: 'shop' }),
    event: { type: 'NameChanged', name },
    position,
  };
  const { event, meta } = message;
  const Item = marshall({ customer: id, version: position, event, meta });
  await dynamodb.send(new PutItemCommand({ TableName: 'events', Item }));
  return message;
}

// The old way: what is stored is sent to SNS by the application.
async function storeAndSend(id: string, name: string): Promise<void> {
  const message = await store(id, name);
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Message: JSON.stringify(message),
      MessageGroupId: messageGroupId(message.id),
      MessageDeduplicationId: messageDeduplicationId(message.meta.msgId),
    }),
  );
}

/** Stands in for the stream, which dynalite does not have: the table's items, each customer's in their order. */
async function recordsOf(): Promise<(DynamoDbStreamRecord & { readonly key: string })[]> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'events' }));
  return Items.map((NewImage, index) => ({
    eventName: 'INSERT',
    dynamodb: { NewImage, SequenceNumber: String(index) },
    key: `${NewImage['customer']?.S}/${NewImage['version']?.N}`,
  }));
}

for (const name of ['Ada', 'Ada K.']) await storeAndSend('C-1', name);
await storeAndSend('C-2', 'Grace');

// 1. While the old way runs: the table's stream is enabled. It has what is stored from here on.
const before = new Set((await recordsOf()).map(({ key }) => key));
await storeAndSend('C-1', 'Ada L.');
await storeAndSend('C-2', 'Grace H.');

// 2. The old way has ended everywhere: the application only stores.
await store('C-1', 'Ada Lovelace');

// 3. The event source begins at the stream's beginning: what the old way sent since 1 is sent again.
const records = (await recordsOf()).filter(({ key }) => !before.has(key));
const { batchItemFailures } = await handler({ Records: records });
console.log('the handler published:', records.map(({ key }) => key).join(', '));
console.log('to try again:', batchItemFailures.length);

// What is lost on its way the worker reads from the table: here, an event source that gave up C-1/5.
await store('C-1', 'Ada King');
await store('C-1', 'Ada Byron');
await handler({ Records: (await recordsOf()).filter(({ key }) => key === 'C-1/6') });

const received: EventMessage[] = [];
await receive(8);

// Back again: the application has stopped, and the event source is removed when it has nothing left.
for (const id of ['C-1', 'C-2']) await until(async () => isPublished(await topic.status(id)));
await storeAndSend('C-1', 'Ada');
await receive(1);

function isPublished(status: AggregateStatus): boolean {
  return status.state === 'idle' && status.pending === 0;
}

async function receive(count: number): Promise<void> {
  for (const { Body = '' } of await system.receive(queueUrl, count)) received.push(JSON.parse(Body));
  for (const id of ['C-1', 'C-2']) {
    const positions = received.filter((message) => message.id === id).map(({ position }) => position);
    console.log(id, 'received:', positions.join(', '));
  }
}

dynamodb.destroy();
server.close();
