export {
  EventTopicError,
  type EventTopicErrorCode,
  InvalidMessagesError,
  isEventTopicError,
  type ErrorDetails,
  type MessageFault,
  type MessageRef,
  PublishError,
} from './common/errors.ts';
export { messageDeduplicationId, messageGroupId, publisherWorkflowId } from './common/ids.ts';
export type { EventMessage, MessageMeta } from './common/message.ts';
export { messageMetaSchema } from './common/message-schema.ts';
export { createMeta, createMetaCausedBy, type NewMeta } from './common/meta.ts';
export { DEFAULT_TASK_QUEUE } from './common/names.ts';
export type {
  Operator,
  ParkedEvent,
  PublishEntry,
  PublisherSettings,
  PublisherStatus,
  PublishFailure,
  PublishReceipt,
} from './common/publisher-protocol.ts';
export { toWireMessage, type WireAttribute, type WireMessage, wireSize } from './common/wire-format.ts';
export {
  defineEventTopic,
  type EventMessageOf,
  type EventTopicDefinition,
  type EventTopicSpec,
} from './event-topic.ts';
