export {
  EventTopic,
  type EventTopicOptions,
  type PublishAndWaitOptions,
  type PublishOptions,
  type Replacement,
} from './event-topic.ts';
export type { AggregateRef, AggregateStatus, OperatorRequest, Retrying } from './operate.ts';
export type { PublishStreamOptions, PublishStreamResult } from './publish-stream.ts';
