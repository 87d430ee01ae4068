/**
 * A DynamoDB table of events: its stream publishes, by a Lambda handler, and its streams are read for publishers that miss an event.
 *
 * @module
 */
export {
  createDynamoDbStreamHandler,
  type DynamoDbBatchResponse,
  type DynamoDbItem,
  type DynamoDbStreamEvent,
  type DynamoDbStreamHandlerOptions,
  type DynamoDbStreamRecord,
  type StoredEventTarget,
} from './stream-handler.ts';
export { DynamoDbStreamReader, type DynamoDbStreamReaderOptions } from './stream-reader.ts';
