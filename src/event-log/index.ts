/**
 * The EventLog's end: what is stored is published, whatever dies in between.
 *
 * @module
 */
export type {
  Checkpoint,
  EventLog,
  EventStreamReader,
  ReadAllOptions,
  StoredEvent,
} from '../common/event-log.ts';
export type {
  Hole,
  RelayCounts,
  RelayFrom,
  RelayLag,
  RelayMode,
  RelayPass,
  RelaySettings,
  VerifyReport,
} from '../common/protocol/relay.ts';
export {
  type AppendAndPublishOptions,
  type Appended,
  appendAndPublish,
  type PublishTarget,
} from './append-and-publish.ts';
export { EventLogRelay } from './event-log-relay.ts';
export type { EventLogRelayOptions, RelayStartOptions, VerifyOptions } from './relay-options.ts';
export type { RelayStatus } from './relay-status.ts';
