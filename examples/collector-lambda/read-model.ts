import { marshall } from '@aws-sdk/util-dynamodb';
import { defineEventTopic, type EventMessage } from 'temporal-event-topic';
// #region read-model
import { defineReadModel, transactionOf } from 'temporal-event-topic/collector';
import type { DynamoDbTransaction } from 'temporal-event-topic/collector/dynamodb';
// #endregion read-model
import * as z from 'zod';

export const Customer = defineEventTopic({
  name: 'Customer',
  ordering: 'position',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Created'), name: z.string() }),
    z.object({ type: z.literal('NameChanged'), name: z.string() }),
    z.object({ type: z.literal('Deleted') }),
  ]),
});

const TableName = process.env['CUSTOMERS_TABLE'] ?? 'customers';

// #region read-model
export const readModel = defineReadModel({
  name: 'CustomerReadModel',
  topics: [Customer],
  transaction: transactionOf<DynamoDbTransaction>(),
  apply: {
    Customer: {
      Created: (message, { transaction }) => setName(transaction, message),
      NameChanged: (message, { transaction }) => setName(transaction, message),
      Deleted: ({ id }, { transaction }) => transaction.add({ Delete: { TableName, Key: marshall({ id }) } }),
    },
  },
});

// Written when the event's transaction commits, together with the inbox's own item.
function setName(
  transaction: DynamoDbTransaction,
  { id, event }: EventMessage<{ readonly name: string }>,
): void {
  transaction.add({ Put: { TableName, Item: marshall({ id, name: event.name }) } });
}
// #endregion read-model
