export type { AlarmActions } from './alarms.ts';
export { ClaimCheckBucket } from './claim-check/claim-check-bucket.ts';
export type { ClaimCheckBucketArgs } from './claim-check/claim-check-bucket-args.ts';
export type { ClaimCheckReference } from './claim-check/claim-check-reference.ts';
export { EventCollector } from './collector/event-collector.ts';
export type { EventCollectorArgs, EventTopicReference } from './collector/event-collector-args.ts';
export type { BodyFilter, EventFilterArgs, FilterConditions } from './collector/filter-policy.ts';
export type { Tags } from './scope.ts';
export type { PublisherConfig } from './topic/event-topic.ts';
export { EventTopic } from './topic/event-topic.ts';
export type {
  DeadLetterQueueReference,
  EventTopicArgs,
  EventTopicEndpoint,
  EventTopicType,
} from './topic/event-topic-args.ts';
export { EventTopicWorker } from './worker/event-topic-worker.ts';
export type {
  BacklogMetric,
  EventTopicWorkerArgs,
  PublishedEventTopic,
  TemporalArgs,
  TemporalClientCertificate,
  TemporalCredentials,
  WorkerAutoscaling,
} from './worker/event-topic-worker-args.ts';
