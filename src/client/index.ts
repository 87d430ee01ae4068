export type { PayloadStore } from '../common/claim-check.ts';
export { EventTopic } from './event-topic.ts';
export type { AggregateRef, AggregateStatus, OperatorRequest, Retrying } from './operate/operate.ts';
export type { EventTopicOptions, PublishAndWaitOptions, PublishOptions, Replacement } from './options.ts';
export type { PublishStreamOptions, PublishStreamResult } from './stream/publish-stream.ts';
export type { OnProgress } from './stream/stream-progress.ts';
export type { StreamInput } from './stream/stream-source.ts';
