/**
 * The inbox of a collector in DynamoDB.
 *
 * @module
 */
export { DynamoDbInbox, type DynamoDbInboxOptions } from './dynamodb-inbox.ts';
export type { DynamoDbTransaction } from './dynamodb-transaction.ts';
export { type InboxAttributes, inboxTable, inboxTimeToLive } from './inbox-table.ts';
