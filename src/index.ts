export {
  type ErrorDetails,
  EventTopicError,
  type EventTopicErrorCode,
  type EventTopicErrorOf,
  InvalidMessagesError,
  isEventTopicError,
  type MessageFault,
  type MessageRef,
  NotPublishedError,
  type ParkedMessage,
  PublishError,
  PublishStreamError,
  type Receipt,
} from './common/errors.ts';
export type { EventStreamReader } from './common/event-log.ts';
export {
  messageDeduplicationId,
  messageGroupId,
  partitionOf,
  partitionWorkflowId,
  publisherWorkflowId,
} from './common/ids.ts';
export type { EventMessage, MessageMeta } from './common/message.ts';
export { messageMetaSchema } from './common/message-schema.ts';
export { createMeta, createMetaCausedBy, type NewMeta } from './common/meta.ts';
export { DEFAULT_TASK_QUEUE } from './common/names.ts';
export type {
  ClaimCheck,
  Failing,
  Operation,
  OperationName,
  Operator,
  Ordering,
  ParkedAggregate,
  ParkedEvent,
  PartitionRef,
  PartitionStatus,
  Paused,
  PositionStatus,
  PublishEntry,
  PublisherSettings,
  PublisherStatus,
  PublishFailure,
  PublishReceipt,
  Refusal,
} from './common/publisher-protocol.ts';
export { toWireMessage, type WireAttribute, type WireMessage, wireSize } from './common/wire-format.ts';
export {
  defineEventTopic,
  type EventMessageOf,
  type EventTopicDefinition,
  type EventTopicSpec,
} from './event-topic.ts';
