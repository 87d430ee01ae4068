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
export type { EventOfType, Handler, HandlerContext, Handlers, TopicHandlers } from './handlers.ts';
export type { HandlerOptions, HandlingOptions } from './handling-options.ts';
export type { Arrival, ForgetOptions, HeldAggregate, Inbox, InboxAggregate, InboxAnswer } from './inbox.ts';
export type { CollectorLogger, LogFacts } from './logger.ts';
export { MemoryInbox, type MemoryInboxOptions } from './memory-inbox.ts';
export { type MessageRefusal, type RefusalCode, RefusedEvent } from './refusal.ts';
