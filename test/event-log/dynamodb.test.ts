// On dynalite, a DynamoDB from npm. It has no streams: the records are made of what is in the table, as AWS documents them.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import dynalite from 'dynalite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishError } from '../../src/common/errors.ts';
import type { EventMessage } from '../../src/common/message.ts';
import {
  createDynamoDbStreamHandler,
  type DynamoDbItem,
  DynamoDbStreamReader,
  type DynamoDbStreamRecord,
} from '../../src/event-log/dynamodb/index.ts';
import { customers, positioned } from '../support/customer.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const temporal = useTemporalDevServer();
let server: Server;
let client: DynamoDBClient;

beforeAll(async () => {
  server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1' });
});
afterAll(() => {
  client.destroy();
  server.close();
});

const toMessage = ({ stream, version, event, meta }: DynamoDbItem): EventMessage => ({
  id: String(stream).slice('customer#'.length),
  position: Number(version),
  event,
  meta: meta as EventMessage['meta'],
});

async function createTable(TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'stream', KeyType: 'HASH' },
        { AttributeName: 'version', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'stream', AttributeType: 'S' },
        { AttributeName: 'version', AttributeType: 'N' },
      ],
    }),
  );
}

async function put(TableName: string, messages: readonly EventMessage[]): Promise<void> {
  for (const { id, position, event, meta } of messages) {
    const Item = marshall({ stream: `customer#${id}`, version: position, event, meta });
    await client.send(
      new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(version)' }),
    );
  }
}

/** The table's items as its stream would give them. */
async function recordsOf(TableName: string): Promise<DynamoDbStreamRecord[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  return Items.map((NewImage, index) => ({
    eventName: 'INSERT',
    dynamodb: { NewImage, SequenceNumber: String(1_000 + index) },
  }));
}

describe('the handler of a DynamoDB stream', () => {
  it('publishes what was inserted, parks what the schema refuses, and passes over what is no event', async () => {
    await createTable('handled');
    const publisher = new ScriptedPublisher(() => undefined);
    const definition = customers('Handled', { ordering: 'position' });
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const [first, second] = positioned('a', 1, 2);
        if (!first || !second) throw new Error('two');
        await put('handled', [
          first,
          { ...second, event: { type: 'Unknown' } as never },
          ...positioned('b', 1, 3),
        ]);
        const records = await recordsOf('handled');
        const handler = createDynamoDbStreamHandler({ topic, toMessage });
        const others: DynamoDbStreamRecord[] = [
          { eventName: 'REMOVE' },
          { eventName: 'MODIFY', dynamodb: {} },
        ];
        expect(await handler({ Records: [...others, ...records] })).toEqual({ batchItemFailures: [] });
        // AWS gives a batch again when the answer was lost.
        expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
        await until(() => publisher.published.length === 4);
        await until(async () => (await topic.status('a')).state === 'parked');
        expect(publisher.publishedOf('b')).toEqual(['b-1', 'b-2', 'b-3']);
        expect(await topic.status('a')).toMatchObject({ parked: { msgId: 'a-2', code: 'InvalidMessage' } });
      },
      { definition },
    );
  });

  it('says from which record on to try again', async () => {
    const messages = positioned('a', 1, 3);
    const refs = messages.map(({ id, meta }) => ({ id, msgId: meta.msgId }));
    const notAccepted = new PublishError(
      { topic: 'Customer', address: undefined },
      { accepted: refs.slice(0, 1), notAccepted: refs.slice(1) },
      new Error('Temporal is away'),
    );
    const topic = { publishStored: () => Promise.reject(notAccepted) };
    const Records = messages.map(({ id, position, event, meta }, index) => ({
      eventName: 'INSERT' as const,
      dynamodb: {
        NewImage: marshall({ stream: `customer#${id}`, version: position, event, meta }),
        SequenceNumber: String(index),
      },
    }));
    const handler = createDynamoDbStreamHandler({ topic, toMessage });
    expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  });

  it.each([
    [
      { eventName: 'INSERT', dynamodb: { SequenceNumber: '7' } },
      'The stream has no new images [sequenceNumber=7]',
    ],
    [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '7', NewImage: {} } }, 'toMessage() failed'],
  ] as const)('fails for a record that it cannot read, and publishes nothing', async (record, fault) => {
    const topic = { publishStored: () => Promise.reject(new Error('called')) };
    const handler = createDynamoDbStreamHandler({
      topic,
      toMessage: () => {
        throw new TypeError('no such attribute');
      },
    });
    await expect(handler({ Records: [record] })).rejects.toMatchObject({
      code: 'INVALID_EVENT_LOG',
      message: expect.stringContaining(fault),
    });
  });
});

describe('DynamoDbStreamReader', () => {
  it('reads one stream from a position, page by page', async () => {
    await createTable('read');
    const name = 'x'.repeat(200_000);
    const large = positioned('a', 1, 12).map((message) => ({
      ...message,
      event: { type: 'NameChanged', name } as const,
    }));
    await put('read', [...large, ...positioned('b', 1, 1)]);
    const keyOf = (id: string): string => `customer#${id}`;
    const reader = new DynamoDbStreamReader({
      client,
      tableName: 'read',
      partitionKey: 'stream',
      sortKey: 'version',
      keyOf,
      toMessage,
    });
    const read: EventMessage[] = [];
    for await (const message of reader.readStream('a', 3)) read.push(message);
    expect(read).toEqual(large.slice(2));
    for await (const _ of reader.readStream('none', 1)) throw new Error('It has none');
  });

  it('refuses wrong options, all at once', () => {
    expect(() => new DynamoDbStreamReader({ tablename: 'x' } as never)).toThrow(
      expect.objectContaining({
        code: 'INVALID_EVENT_LOG',
        message: expect.stringContaining(
          'tablename is no option; did you mean tableName?; client is a DynamoDBClient, not nothing; tableName is a text that is not empty, not nothing',
        ),
      }),
    );
    expect(() => createDynamoDbStreamHandler({} as never)).toThrow('topic is an EventTopic, not nothing');
  });
});
