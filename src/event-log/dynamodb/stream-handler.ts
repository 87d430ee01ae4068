import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError, isEventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';

/** The part of an `EventTopic` that publishes what is stored. */
export interface StoredEventTarget {
  publishStored(messages: readonly EventMessage<never>[]): Promise<void>;
}

/** An item of the table, as plain values. */
export type DynamoDbItem = Readonly<Record<string, unknown>>;

export interface DynamoDbStreamHandlerOptions {
  /** The EventTopic. */
  readonly topic: StoredEventTarget;
  /** The message that an item stores; undefined for an item that is no event of this topic. */
  readonly toMessage: (item: DynamoDbItem) => EventMessage | undefined;
}

/** What Lambda gives a handler of a DynamoDB stream: the part that is read. */
export interface DynamoDbStreamEvent {
  readonly Records: readonly DynamoDbStreamRecord[];
}

export interface DynamoDbStreamRecord {
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb?: {
    readonly SequenceNumber?: string;
    readonly NewImage?: Readonly<Record<string, AttributeValue>>;
  };
}

/** Lambda's partial batch response: it tries again from the first of these on. */
export interface DynamoDbBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const OPTION_KEYS: KeysOf<DynamoDbStreamHandlerOptions> = { topic: true, toMessage: true };

/**
 * A Lambda handler that publishes what is inserted into a DynamoDB table of events. AWS is the relay: it keeps the stream for 24 hours, gives a partition key's
 * items in their order, and tries again what was not accepted. It asks for the view type `NEW_IMAGE`, for `ReportBatchItemFailures`, and for no limit of retries or of
 * age on the event source; with a limit, Lambda passes over events for good.
 *
 * An event that the topic's schema refuses parks its aggregate. One that `toMessage` cannot read, or that belongs to no aggregate, stops its shard, and the handler's
 * error says which it is. Throws `INVALID_EVENT_LOG` with every fault of the options.
 */
export function createDynamoDbStreamHandler(
  options: DynamoDbStreamHandlerOptions,
): (event: DynamoDbStreamEvent) => Promise<DynamoDbBatchResponse> {
  refuse(faultsOf(options));
  const { topic, toMessage } = options;
  return async ({ Records }) => {
    const inserted = Records.filter(({ eventName }) => eventName === 'INSERT');
    const stored = inserted.flatMap((record) => {
      const message = read(record, toMessage);
      return message ? [{ message, record }] : [];
    });
    if (stored.length === 0) return { batchItemFailures: [] };
    try {
      await topic.publishStored(stored.map(({ message }) => message as EventMessage<never>));
      return { batchItemFailures: [] };
    } catch (error) {
      if (!isEventTopicError(error, 'PUBLISH_NOT_ACCEPTED')) throw error;
      // From the first that is not accepted on: what is accepted behind it comes again, and its msgId drops it.
      const left = new Set(error.notAccepted.map(({ msgId }) => msgId));
      const first = stored.find(({ message }) => left.has(message.meta.msgId));
      const itemIdentifier = first?.record.dynamodb?.SequenceNumber;
      if (itemIdentifier === undefined) throw error;
      return { batchItemFailures: [{ itemIdentifier }] };
    }
  };
}

function read(
  { dynamodb }: DynamoDbStreamRecord,
  toMessage: DynamoDbStreamHandlerOptions['toMessage'],
): EventMessage | undefined {
  const details = { sequenceNumber: dynamodb?.SequenceNumber };
  if (dynamodb?.NewImage === undefined) {
    throw new EventTopicError('INVALID_EVENT_LOG', 'The stream has no new images', {
      details,
      action: "Set the table's stream view type to NEW_IMAGE or NEW_AND_OLD_IMAGES",
    });
  }
  try {
    return toMessage(unmarshall({ ...dynamodb.NewImage }));
  } catch (cause) {
    throw new EventTopicError('INVALID_EVENT_LOG', `toMessage() failed: ${cause}`, {
      details,
      action: 'Correct it; the shard waits there, for up to 24 hours',
      cause,
    });
  }
}

function faultsOf(options: unknown): readonly string[] {
  const shape = optionFaults(options, OPTION_KEYS);
  if (!isRecord(options)) return shape;
  const { topic, toMessage } = options;
  const isTopic = isRecord(topic) && typeof topic['publishStored'] === 'function';
  return [
    ...shape,
    ...(isTopic ? [] : [`topic is an EventTopic, not ${describe(topic)}`]),
    ...(typeof toMessage === 'function' ? [] : [`toMessage is a function, not ${describe(toMessage)}`]),
  ];
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_EVENT_LOG', `The handler is wrong: ${faults.join('; ')}`, {
    action: 'Correct it; nothing was published',
  });
}
