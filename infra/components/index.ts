export { EventCollector } from './event-collector.ts';
export type { EventCollectorArgs, EventTopicReference } from './event-collector-args.ts';
export type { EventTopicArgs } from './event-topic.ts';
export { EventTopic } from './event-topic.ts';
