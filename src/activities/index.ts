export { classifyError, type ErrorFacts, errorFacts } from './classify-error.ts';
export type { EventPublisher, PublishResult } from './event-publisher.ts';
export {
  createPublishActivities,
  type PublishActivities,
  type PublishActivitiesOptions,
} from './publish-events.ts';
export { InMemoryPublisher } from './publishers/in-memory-publisher.ts';
export { SnsFifoPublisher } from './publishers/sns-fifo-publisher.ts';
export { SnsPublisher } from './publishers/sns-publisher.ts';
export type { SnsPublisherOptions } from './publishers/sns-topic.ts';
