export {
  InMemoryPublisher,
  type InMemoryPublisherOptions,
  type PublishScript,
} from '../activities/publishers/in-memory-publisher.ts';
export type { Attempt, PublisherSpy, SpyOptions } from '../activities/publishers/publisher-spy.ts';
export type { GivenEvent } from './collector/kit.ts';
export { type EventMapperStory, testEventMapper } from './collector/test-event-mapper.ts';
export { type ReadModelStory, testReadModel } from './collector/test-read-model.ts';
export {
  type SideEffectOutcome,
  type SideEffectStory,
  testSideEffect,
} from './collector/test-side-effect.ts';
export {
  type EventLogContractOptions,
  type EventLogRig,
  type EventLogTransaction,
  eventLogContract,
} from './contract/event-log-contract.ts';
export {
  type ContractTest,
  eventPublisherContract,
  type PublisherContractOptions,
} from './contract/event-publisher-contract.ts';
export { type InboxContractOptions, type InboxRig, inboxContract } from './contract/inbox-contract.ts';
export type {
  FaultyPublishers,
  PublisherFeatures,
  PublisherRig,
  ReceivedMessage,
} from './contract/publisher-rig.ts';
export { type MessageVector, messageVectors } from './contract/vectors.ts';
export {
  EventTopicTestEnvironment,
  type PublishedOptions,
} from './environment/event-topic-test-environment.ts';
export type { EventTopicTestEnvironmentOptions, TestTarget } from './environment/options.ts';
export { InMemoryEventTopic, type InMemoryEventTopicOptions } from './in-memory/in-memory-event-topic.ts';
export type { TemporalDevServerOptions, TimeSkippingServerOptions } from './servers/temporal-server.ts';
export { startTemporalDevServer, startTimeSkippingServer } from './servers/temporal-server.ts';
