import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  CreateTableCommand,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDbInbox,
  type DynamoDbInboxOptions,
  type DynamoDbTransaction,
  inboxTable,
} from '../../src/collector/dynamodb/index.ts';
import type { Arrival, InboxAnswer } from '../../src/collector/inbox.ts';
import type { InboxRig } from '../../src/testing/contract/inbox-contract.ts';
import { sampleEvent } from '../../src/testing/contract/sample-events.ts';

export interface DynamoDbRig extends InboxRig<DynamoDbTransaction> {
  readonly inbox: DynamoDbInbox;
  readonly tableName: string;
  items(): Promise<readonly Record<string, AttributeValue>[]>;
}

/** An inbox on a table of its own, and effects in another one. */
export async function createRig(
  client: DynamoDBClient,
  options: Partial<DynamoDbInboxOptions> = {},
): Promise<DynamoDbRig> {
  const tableName = `inbox-${randomUUID().slice(0, 8)}`;
  for (const name of [tableName, `${tableName}-effects`])
    await client.send(new CreateTableCommand(inboxTable(name, name === tableName ? options : {})));
  let written = 0;
  return {
    tableName,
    inbox: new DynamoDbInbox({ client, tableName, ...options }),
    write: async (transaction, effect) => {
      written += 1;
      transaction.add(put(`${tableName}-effects`, { sk: String(written).padStart(6, '0'), effect }));
    },
    effects: async () => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: `${tableName}-effects`,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'effects' } },
        }),
      );
      return Items.map(({ effect }) => effect?.S ?? '');
    },
    items: async () => {
      const { Items = [] } = await client.send(
        new ScanCommand({ TableName: tableName, ConsistentRead: true }),
      );
      return Items;
    },
  };
}

export function put(
  TableName: string,
  { sk, effect }: { readonly sk: string; readonly effect: string },
): TransactWriteItem {
  return { Put: { TableName, Item: { pk: { S: 'effects' }, sk: { S: sk }, effect: { S: effect } } } };
}

export function arrived(id: string, msgId: string): Arrival {
  const { message } = sampleEvent(1, { id, msgId });
  return { collector: 'ReadModel', topic: 'Customer', message, ordering: 'arrival' };
}

export function placed(id: string, position: number): Arrival {
  const { message } = sampleEvent(position, { id, msgId: `${id}-${position}` });
  return {
    collector: 'ReadModel',
    topic: 'Customer',
    message: { ...message, position },
    ordering: 'position',
  };
}

export function handle({ inbox, write }: DynamoDbRig, arrival: Arrival): Promise<InboxAnswer> {
  // An attribute cannot have half of a surrogate pair.
  const effect = arrival.message.meta.msgId.replace(/\p{Cs}/gu, '?');
  return inbox.handle(arrival, (transaction) => write(transaction, effect), new AbortController().signal);
}
