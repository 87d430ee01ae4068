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
export type { PublishFailure, PublishReceipt } from './common/protocol/activities.ts';
export type { ClaimCheck, PublishEntry, Refusal } from './common/protocol/entry.ts';
export type { Operation, OperationName, Operator, Paused } from './common/protocol/operate.ts';
export type { ParkedAggregate, ParkedEvent } from './common/protocol/parked.ts';
export type { Ordering, PartitionRef, PublisherSettings } from './common/protocol/publish.ts';
export type { Failing } from './common/protocol/state.ts';
export type { PartitionStatus, PositionStatus, PublisherStatus } from './common/protocol/status.ts';
export { toWireMessage, type WireAttribute, type WireMessage, wireSize } from './common/wire-format.ts';
export {
  defineEventTopic,
  type EventMessageOf,
  type EventTopicDefinition,
  type EventTopicSpec,
} from './event-topic.ts';
