import type { CreateTableCommandInput, UpdateTimeToLiveCommandInput } from '@aws-sdk/client-dynamodb';
import { checkText } from '../../common/arguments.ts';

/** Names of the table's attributes that you may choose. */
export interface InboxAttributes {
  /** Partition key, a string. Default: `pk`. */
  readonly partitionKey?: string;
  /** Sort key, a string. Default: `sk`. */
  readonly sortKey?: string;
  /** Time to live, in seconds since 1970, of msgIds that were handled. Default: `expiresAt`. */
  readonly timeToLive?: string;
}

/** With their defaults, and nothing else. */
export function attributesOf(options: InboxAttributes): Required<InboxAttributes> {
  const { partitionKey = 'pk', sortKey = 'sk', timeToLive = 'expiresAt' } = options;
  return { partitionKey, sortKey, timeToLive };
}

/** What `CreateTableCommand` takes to make the table of a {@link DynamoDbInbox}. Throws `INVALID_ARGUMENT`. */
export function inboxTable(tableName: string, attributes: InboxAttributes = {}): CreateTableCommandInput {
  checkText('inboxTable(tableName)', 'tableName', tableName);
  const { partitionKey, sortKey } = attributesOf(attributes);
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: 'S' },
      { AttributeName: sortKey, AttributeType: 'S' },
    ],
  };
}

/** What `UpdateTimeToLiveCommand` takes, once the table is active: without it every msgId is remembered for ever. Throws `INVALID_ARGUMENT`. */
export function inboxTimeToLive(
  tableName: string,
  attributes: InboxAttributes = {},
): UpdateTimeToLiveCommandInput {
  checkText('inboxTimeToLive(tableName)', 'tableName', tableName);
  const { timeToLive } = attributesOf(attributes);
  return {
    TableName: tableName,
    TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true },
  };
}
