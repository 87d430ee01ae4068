export { EventTopic, type EventTopicOptions, type PublishOptions } from './event-topic.ts';
export type { AggregateRef, AggregateStatus, Retrying } from './operate.ts';
