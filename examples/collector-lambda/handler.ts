// The Lambda function: a read model in DynamoDB, kept by transactions that also remember what was handled.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
// #region handler
import { DynamoDbInbox } from 'temporal-event-topic/collector/dynamodb';
import { createSqsEventHandler } from 'temporal-event-topic/collector/lambda';
import { readModel } from './read-model.ts';

// Made once, outside of the handler: an invocation that follows uses it again.
const inbox = new DynamoDbInbox({
  client: new DynamoDBClient(),
  tableName: process.env['INBOX_TABLE'] ?? 'inbox',
});

export const handler = createSqsEventHandler({ ...readModel.options, inbox });
// #endregion handler
