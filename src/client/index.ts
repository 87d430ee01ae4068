export { EventTopic, type EventTopicOptions } from './event-topic.ts';
export type { AggregateRef, AggregateStatus, Retrying } from './operate.ts';
