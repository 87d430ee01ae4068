import { randomUUID } from 'node:crypto';
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Arrival, InboxAggregate } from '../inbox.ts';
import { aggregateKey, heldKey, holderKey, messageKey } from './inbox-keys.ts';
import type { Item, ItemStore } from './item-store.ts';

/** Attributes of the inbox's items. */
export const OWN_ATTRIBUTES = ['position', 'message', 'heldAt', 'topic', 'id', 'since', 'lastHold'] as const;

export function aggregateOf({ collector, topic, message }: Arrival): InboxAggregate {
  return { collector, topic, id: message.id };
}

export function positionOf({ message }: Arrival): number {
  return message.position ?? 0;
}

/** A number among an item's attributes; 0 when it has none of that name, or there is no item. */
export function numberIn(item: Item | undefined, name: (typeof OWN_ATTRIBUTES)[number]): number {
  return Number(item?.[name]?.N ?? 0);
}

/** A text among an item's attributes. */
export function textIn(item: Item, name: string): string {
  return item[name]?.S ?? '';
}

/** The msgId, unless it is there. `expiresAt`: in seconds since 1970. */
export function remember(store: ItemStore, arrival: Arrival, expiresAt: number): TransactWriteItem {
  const { collector, topic, message } = arrival;
  const { partitionKey, timeToLive } = store.attributes;
  return {
    Put: {
      TableName: store.tableName,
      Item: {
        ...store.keyOf(messageKey(collector, topic, message.meta.msgId)),
        [timeToLive]: numeric(expiresAt),
      },
      ConditionExpression: 'attribute_not_exists(#partition)',
      ExpressionAttributeNames: { '#partition': partitionKey },
    },
  };
}

/** The watermark, from the position before, or from any before when a gap is accepted. */
export function advance(store: ItemStore, arrival: Arrival): TransactWriteItem {
  const position = positionOf(arrival);
  const { condition, names, values } = advanceCondition(store, position, arrival.acceptGap ?? false);
  return {
    Update: {
      TableName: store.tableName,
      Key: store.keyOf(aggregateKey(aggregateOf(arrival))),
      UpdateExpression: 'SET #position = :position',
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#position': 'position', ...names },
      ExpressionAttributeValues: { ':position': numeric(position), ...values },
    },
  };
}

interface Condition {
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values?: Record<string, AttributeValue>;
}

function advanceCondition(store: ItemStore, position: number, acceptGap: boolean): Condition {
  const names = { '#partition': store.attributes.partitionKey };
  if (acceptGap) return { condition: 'attribute_not_exists(#partition) OR #position < :position', names };
  if (position === 1) return { condition: 'attribute_not_exists(#partition)', names };
  return { condition: '#position = :before', values: { ':before': numeric(position - 1) } };
}

/** The event is held no more. */
export function leave(store: ItemStore, arrival: Arrival): TransactWriteItem {
  const key = heldKey(aggregateOf(arrival), positionOf(arrival));
  return { Delete: { TableName: store.tableName, Key: store.keyOf(key) } };
}

/** First the condition that it is not handled, then the event, then the note that its aggregate has held events. What is there already stays. */
export function keep(store: ItemStore, arrival: Arrival): readonly TransactWriteItem[] {
  const { tableName: TableName } = store;
  const aggregate = aggregateOf(arrival);
  const position = numeric(positionOf(arrival));
  const now = { S: new Date().toISOString() };
  return [
    {
      ConditionCheck: {
        TableName,
        Key: store.keyOf(aggregateKey(aggregate)),
        ConditionExpression: 'attribute_not_exists(#partition) OR #position < :position',
        ExpressionAttributeNames: { '#partition': store.attributes.partitionKey, '#position': 'position' },
        ExpressionAttributeValues: { ':position': position },
      },
    },
    {
      Update: {
        TableName,
        Key: store.keyOf(heldKey(aggregate, positionOf(arrival))),
        UpdateExpression:
          'SET #position = :position, #message = if_not_exists(#message, :message), #heldAt = if_not_exists(#heldAt, :now)',
        ExpressionAttributeNames: { '#position': 'position', '#message': 'message', '#heldAt': 'heldAt' },
        ExpressionAttributeValues: {
          ':position': position,
          ':message': { S: JSON.stringify(arrival.message) },
          ':now': now,
        },
      },
    },
    note(store, aggregate, now),
  ];
}

/** `lastHold` is another one each time, so that who takes the note away knows whether something was held since he looked. */
function note(store: ItemStore, aggregate: InboxAggregate, now: AttributeValue): TransactWriteItem {
  const { topic, id } = aggregate;
  return {
    Update: {
      TableName: store.tableName,
      Key: store.keyOf(holderKey(aggregate)),
      UpdateExpression:
        'SET #topic = :topic, #id = :id, #since = if_not_exists(#since, :now), #lastHold = :lastHold',
      ExpressionAttributeNames: {
        '#topic': 'topic',
        '#id': 'id',
        '#since': 'since',
        '#lastHold': 'lastHold',
      },
      // As JSON, which has an escape for half of a surrogate pair: UTF-8 has not.
      ExpressionAttributeValues: {
        ':topic': { S: JSON.stringify(topic) },
        ':id': { S: JSON.stringify(id) },
        ':now': now,
        ':lastHold': { S: randomUUID() },
      },
    },
  };
}

/** Takes the note away, unless something was held since it was seen. */
export function unnote(store: ItemStore, aggregate: InboxAggregate, lastHold: string): TransactWriteItem {
  return {
    Delete: {
      TableName: store.tableName,
      Key: store.keyOf(holderKey(aggregate)),
      ConditionExpression: '#lastHold = :lastHold',
      ExpressionAttributeNames: { '#lastHold': 'lastHold' },
      ExpressionAttributeValues: { ':lastHold': { S: lastHold } },
    },
  };
}

function numeric(value: number): { N: string } {
  return { N: String(value) };
}
