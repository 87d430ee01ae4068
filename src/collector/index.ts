/**
 * The collector's end: events are handled in order per aggregate, and with an inbox once.
 *
 * @module
 */
export type { EventCollectorOptions, PollingQueueOptions } from './collector-options.ts';
export type {
  CollectorCounts,
  CollectorStatus,
  FailingGroup,
  ParkedGroup,
  StandingGroup,
} from './collector-status.ts';
export { type Upcaster, type Upcasters, upcast } from './decode/upcast.ts';
export { EventCollector } from './event-collector.ts';
export {
  type EventOfType,
  type Handler,
  type HandlerContext,
  type Handlers,
  type TopicHandlers,
  type TransactionOf,
  transactionOf,
} from './handlers.ts';
export type { SkippedEvent } from './handling/skip-event.ts';
export type { HandlerOptions, HandlingOptions } from './handling-options.ts';
export type { Arrival, ForgetOptions, HeldAggregate, Inbox, InboxAggregate, InboxAnswer } from './inbox.ts';
export {
  defineEventMapper,
  type EventMapper,
  type EventMapperSpec,
  type Mapped,
  type MappedMessage,
  type MapperOptions,
  type MapperTarget,
  type TopicMaps,
} from './kinds/event-mapper.ts';
export type { KindOptions } from './kinds/kind-options.ts';
export {
  type CaughtUpTo,
  defineReadModel,
  type ReadModel,
  type ReadModelSpec,
  type Rebuild,
  type RebuildOptions,
  type RepublishTarget,
} from './kinds/read-model.ts';
export {
  defineSideEffectHandler,
  type SideEffect,
  type SideEffectContext,
  type SideEffectHandler,
  type SideEffectHandlerSpec,
  type TopicSideEffects,
} from './kinds/side-effect-handler.ts';
export type { CollectorLogger, LogFacts } from './logger.ts';
export { MemoryInbox, type MemoryInboxOptions } from './memory-inbox.ts';
export { type MessageRefusal, type RefusalCode, RefusedEvent } from './refusal.ts';
