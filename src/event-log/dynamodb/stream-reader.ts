import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { EventStreamReader } from '../../common/event-log.ts';
import type { EventMessage } from '../../common/message.ts';
import type { DynamoDbItem } from './stream-handler.ts';

export interface DynamoDbStreamReaderOptions {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  /** The partition key: the aggregate. */
  readonly partitionKey: string;
  /** The sort key: the position, a number. */
  readonly sortKey: string;
  /** The partition key's value of an aggregate. Default: its id. */
  readonly keyOf?: (id: string) => string;
  /** The message that an item stores. */
  readonly toMessage: (item: DynamoDbItem) => EventMessage;
}

const OPTION_KEYS: KeysOf<DynamoDbStreamReaderOptions> = {
  client: true,
  tableName: true,
  partitionKey: true,
  sortKey: true,
  keyOf: true,
  toMessage: true,
};

/**
 * Reads the streams of a DynamoDB table of events, consistently, for publishers that miss an event: give it to the worker's topic as `eventLog`. It has no order over
 * all aggregates, so no relay reads it: the table's stream and {@link createDynamoDbStreamHandler} are that.
 */
export class DynamoDbStreamReader implements EventStreamReader {
  readonly #options: DynamoDbStreamReaderOptions;

  /** Throws `INVALID_EVENT_LOG` with every fault of the options. */
  constructor(options: DynamoDbStreamReaderOptions) {
    const faults = faultsOf(options);
    if (faults.length > 0) {
      throw new EventTopicError(
        'INVALID_EVENT_LOG',
        `The DynamoDbStreamReader is wrong: ${faults.join('; ')}`,
        {
          action: 'Correct it; nothing was read',
        },
      );
    }
    this.#options = options;
  }

  async *readStream(id: string, fromPosition: number): AsyncGenerator<EventMessage> {
    const { client, tableName, partitionKey, sortKey, keyOf = (key) => key, toMessage } = this.#options;
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: '#key = :key AND #position >= :from',
          ExpressionAttributeNames: { '#key': partitionKey, '#position': sortKey },
          ExpressionAttributeValues: marshall({ ':key': keyOf(id), ':from': fromPosition }),
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        }),
      );
      for (const item of Items) yield toMessage(unmarshall(item));
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
}

function faultsOf(options: unknown): readonly string[] {
  const shape = optionFaults(options, OPTION_KEYS);
  if (!isRecord(options)) return shape;
  const { client, keyOf = isRecord, toMessage } = options;
  const texts = ['tableName', 'partitionKey', 'sortKey'].filter(
    (key) => typeof options[key] !== 'string' || options[key] === '',
  );
  const functions = Object.entries({ keyOf, toMessage }).filter(([, value]) => typeof value !== 'function');
  return [
    ...shape,
    ...(isRecord(client) && typeof client['send'] === 'function'
      ? []
      : [`client is a DynamoDBClient, not ${describe(client)}`]),
    ...texts.map((key) => `${key} is a text that is not empty, not ${describe(options[key])}`),
    ...functions.map(([key, value]) => `${key} is a function, not ${describe(value)}`),
  ];
}
