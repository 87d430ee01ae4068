import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { ItemKey } from './inbox-keys.ts';
import type { InboxAttributes } from './inbox-table.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

/** Items of one partition, in the order of their sort keys. */
export interface ItemRange {
  readonly partition: string;
  /** How their sort keys begin. */
  readonly prefix?: string;
  /** Of sort keys from the first to the last, both included. */
  readonly between?: readonly [string, string];
  /** At most. */
  readonly limit?: number;
  /** What is read of them, beside the sort key. */
  readonly attributes?: readonly string[];
}

export interface ItemStoreOptions extends Required<InboxAttributes> {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
}

// DynamoDB: writes of one BatchWriteItem.
const BATCH = 25;
const MAX_BATCH_PAUSE_MS = 5_000;

/** The table, read consistently. */
export class ItemStore {
  readonly tableName: string;
  readonly attributes: Required<InboxAttributes>;
  readonly #client: Pick<DynamoDBClient, 'send'>;

  constructor({ client, tableName, ...attributes }: ItemStoreOptions) {
    this.#client = client;
    this.tableName = tableName;
    this.attributes = attributes;
  }

  /** As DynamoDB takes it. */
  keyOf({ partition, sort }: ItemKey): Record<string, AttributeValue> {
    const { partitionKey, sortKey } = this.attributes;
    return { [partitionKey]: { S: partition }, [sortKey]: { S: sort } };
  }

  async get(key: ItemKey): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.tableName, Key: this.keyOf(key), ConsistentRead: true }),
    );
    return Item;
  }

  async *query(range: ItemRange): AsyncGenerator<Item> {
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    let start: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(this.#queryOf(range, start));
      yield* Items;
      left -= Items.length;
      start = LastEvaluatedKey;
    } while (start && left > 0);
  }

  /**
   * All of them, or none. The token is new with each call, and kept by the SDK's own repeats of it: when the answer of a transaction is lost, its repeat is answered as the first was. A later call has another token, and needs
   * none: the inbox's own condition in each transaction fails when an earlier one was committed. A token made of the msgId would be wrong: for ten minutes DynamoDB would answer an event that was forgotten
   * with success, and write nothing, and would refuse a handler that writes something else in its second attempt.
   */
  async write(items: readonly TransactWriteItem[]): Promise<void> {
    if (items.length === 0) return;
    await this.#client.send(
      new TransactWriteItemsCommand({ TransactItems: [...items], ClientRequestToken: randomUUID() }),
    );
  }

  /** One after the other, not together. */
  async delete(keys: readonly ItemKey[]): Promise<void> {
    for (let index = 0; index < keys.length; index += BATCH) {
      const batch = keys.slice(index, index + BATCH);
      await this.#writeBatch(batch.map((key) => ({ DeleteRequest: { Key: this.keyOf(key) } })));
    }
  }

  #queryOf(
    { partition, prefix, between, limit, attributes }: ItemRange,
    start: Record<string, AttributeValue> | undefined,
  ): QueryCommand {
    const { partitionKey, sortKey } = this.attributes;
    const read = attributes?.map((name, index) => [`#a${index}`, name] as const);
    const [from, to] = between ?? [];
    const sorts = {
      ...(prefix === undefined ? {} : { ':prefix': { S: prefix } }),
      ...(from === undefined || to === undefined ? {} : { ':from': { S: from }, ':to': { S: to } }),
    };
    const conditions = [
      '#partition = :partition',
      ...(prefix === undefined ? [] : ['begins_with(#sort, :prefix)']),
      ...(between === undefined ? [] : ['#sort BETWEEN :from AND :to']),
    ];
    return new QueryCommand({
      TableName: this.tableName,
      ConsistentRead: true,
      KeyConditionExpression: conditions.join(' AND '),
      ProjectionExpression: ['#sort', ...(read ?? []).map(([name]) => name)].join(', '),
      ExpressionAttributeNames: {
        '#partition': partitionKey,
        '#sort': sortKey,
        ...Object.fromEntries(read ?? []),
      },
      ExpressionAttributeValues: { ':partition': { S: partition }, ...sorts },
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
  }

  /** DynamoDB leaves over what is too much for now; when that is all of it, it refuses, and the SDK rejects. */
  async #writeBatch(requests: WriteRequest[]): Promise<void> {
    let left = requests;
    for (let pauseMs = 50; left.length > 0; pauseMs = Math.min(pauseMs * 2, MAX_BATCH_PAUSE_MS)) {
      const { UnprocessedItems = {} } = await this.#client.send(
        new BatchWriteItemCommand({ RequestItems: { [this.tableName]: left } }),
      );
      left = Object.values(UnprocessedItems).flat();
      if (left.length > 0) await sleep(pauseMs);
    }
  }
}

/** Why each item of a transaction was refused, by its place; undefined: this is no such error. */
export function cancellationOf(error: unknown): readonly (string | undefined)[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  const { CancellationReasons: reasons } = error as {
    readonly CancellationReasons?: readonly { readonly Code?: string }[];
  };
  return (reasons ?? []).map(({ Code }) => Code);
}
