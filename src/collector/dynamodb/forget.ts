import { EventTopicError } from '../../common/errors.ts';
import type { ForgetOptions } from '../inbox.ts';
import { type DynamoDbTransaction, MAX_ITEMS } from './dynamodb-transaction.ts';
import { textIn } from './inbox-items.ts';
import { type ItemKey, partitionsOf, topicPrefix } from './inbox-keys.ts';
import type { ItemRange, ItemStore } from './item-store.ts';

// Partitions that are emptied at the same time.
const AT_ONCE = 8;
// Keys that are kept in memory at a time, for each partition.
const CHUNK = 500;

/** Deletes what a collector remembers: now, or with a transaction. */
export async function forget(
  store: ItemStore,
  collector: string,
  { topics, transaction }: ForgetOptions<DynamoDbTransaction>,
): Promise<void> {
  const ranges = rangesOf(collector, topics);
  if (transaction) {
    const keys = await keysThatFit(store, ranges, transaction.left);
    if (keys === undefined) throw tooMany(collector, transaction.left);
    transaction.add(
      ...keys.map((key) => ({ Delete: { TableName: store.tableName, Key: store.keyOf(key) } })),
    );
    return;
  }
  const left = ranges.values();
  // They share one iterator: each takes the next range when it is done with one.
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const range of left) await empty(store, range);
    }),
  );
}

function rangesOf(collector: string, topics: readonly string[] | undefined): readonly ItemRange[] {
  return partitionsOf(collector).flatMap((partition): ItemRange[] =>
    topics === undefined
      ? [{ partition, attributes: [] }]
      : [...new Set(topics)].map((topic) => ({ partition, prefix: topicPrefix(topic), attributes: [] })),
  );
}

async function empty(store: ItemStore, range: ItemRange): Promise<void> {
  let keys: ItemKey[] = [];
  for await (const key of keysIn(store, range)) {
    keys.push(key);
    if (keys.length < CHUNK) continue;
    await store.delete(keys);
    keys = [];
  }
  await store.delete(keys);
}

/** Undefined: there are more. */
async function keysThatFit(
  store: ItemStore,
  ranges: readonly ItemRange[],
  most: number,
): Promise<readonly ItemKey[] | undefined> {
  const keys: ItemKey[] = [];
  for (const range of ranges) {
    for await (const key of keysIn(store, { ...range, limit: most - keys.length + 1 })) keys.push(key);
    if (keys.length > most) return undefined;
  }
  return keys;
}

async function* keysIn(store: ItemStore, range: ItemRange): AsyncGenerator<ItemKey> {
  for await (const item of store.query(range))
    yield { partition: range.partition, sort: textIn(item, store.attributes.sortKey) };
}

function tooMany(collector: string, left: number): EventTopicError {
  return new EventTopicError(
    'INVALID_ARGUMENT',
    `The collector remembers more than its transaction can forget: DynamoDB takes ${MAX_ITEMS} items, of which ${left} are left`,
    {
      details: { collector },
      action: 'Nothing was forgotten. Stop the collector, and forget() without a transaction',
    },
  );
}
