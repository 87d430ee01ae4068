import type { PollingListenerConfig, ReplicationListenerConfig } from 'pg-transactional-outbox';
import type { Database } from '../../../examples/postgres-server.ts';

export type Listener = 'polling' | 'replication';

/** Messages that are handled at the same time; connections of the pool. */
export const CONCURRENCY = 50;

export const POLLING = {
  function: 'next_outbox_messages',
  // The library's defaults, 5 messages every 500 ms, would say nothing about the design.
  batchSize: CONCURRENCY,
  intervalMs: 50,
  // A poll holds for a moment the rows that it looks at. A message whose handler begins just then fails, and waits this long.
  lockMs: 500,
} as const;

/** A publication and a slot for each run. */
export function replicationNames(topic: string): { publication: string; slot: string } {
  return { publication: `${topic}_publication`.toLowerCase(), slot: `${topic}_slot`.toLowerCase() };
}

const settings = {
  dbSchema: 'public',
  dbTable: 'outbox',
  enableMaxAttemptsProtection: false,
  enablePoisonousMessageProtection: false,
  messageCleanupIntervalInMs: 0,
};

export function pollingConfig(database: Database): PollingListenerConfig {
  return {
    outboxOrInbox: 'outbox',
    dbListenerConfig: { ...database },
    settings: {
      ...settings,
      nextMessagesBatchSize: POLLING.batchSize,
      nextMessagesFunctionName: POLLING.function,
      nextMessagesPollingIntervalInMs: POLLING.intervalMs,
      nextMessagesLockInMs: POLLING.lockMs,
    },
  };
}

export function replicationConfig(database: Database, topic: string): ReplicationListenerConfig {
  const { publication, slot } = replicationNames(topic);
  return {
    outboxOrInbox: 'outbox',
    dbListenerConfig: { ...database },
    settings: { ...settings, dbPublication: publication, dbReplicationSlot: slot },
  };
}
