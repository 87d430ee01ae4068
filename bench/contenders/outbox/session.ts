import pg from 'pg';
import { DatabaseSetup, getDisabledLogger, initializeMessageStorage } from 'pg-transactional-outbox';
import { type Database, type PostgresServer, startPostgres } from '../../../examples/postgres-server.ts';
import { Child } from '../../child.ts';
import type { BenchMessage, Session, Setting } from '../../types.ts';
import { type Listener, POLLING, pollingConfig, replicationNames } from './config.ts';
import type { Relay, RelaySetting } from './relay.ts';

/** One for all runs. */
let server: Promise<PostgresServer> | undefined;

/** Resolves when PostgreSQL runs. Rejects when it cannot run here. */
export async function prepare(): Promise<void> {
  server ??= startPostgres();
  await server;
}

export async function close(): Promise<void> {
  await (await server)?.stop();
  server = undefined;
}

/** Starts the relay on an empty outbox. Callers insert their messages in a transaction, which is what accepts them. */
export async function start(listener: Listener, setting: Setting): Promise<Session> {
  const { database } = await (server ?? startPostgres());
  await createOutbox(database, listener, setting.topic);
  const env = { BENCH_RELAY: JSON.stringify({ ...setting, listener, database } satisfies RelaySetting) };
  const { profileFolder } = setting;
  const relay = await Child.start<Relay>('contenders/outbox/relay.ts', { env, profileFolder });
  const pool = new pg.Pool(database);
  const store = initializeMessageStorage(pollingConfig(database), getDisabledLogger());
  return {
    publish: async (messages, accepted) => {
      const client = await pool.connect();
      await client.query('BEGIN');
      for (const message of messages) await store(toOutbox(message), client);
      await client.query('COMMIT');
      client.release();
      for (const message of messages) accepted(message);
    },
    usage: () => relay.ask('usage'),
    stop: async () => {
      await relay.stop();
      await pool.end();
      await dropSlot(database, setting.topic);
    },
  };
}

function toOutbox(message: BenchMessage): Parameters<ReturnType<typeof initializeMessageStorage>>[0] {
  return {
    id: message.meta.msgId,
    aggregateType: 'bench',
    aggregateId: message.id,
    segment: message.id,
    messageType: message.event.type,
    payload: message,
  };
}

async function createOutbox(database: Database, listener: Listener, topic: string): Promise<void> {
  const { publication, slot } = replicationNames(topic);
  const config = {
    outboxOrInbox: 'outbox',
    database: database.database,
    schema: 'public',
    table: 'outbox',
    listenerRole: database.user,
    nextMessagesName: POLLING.function,
    publication,
    replicationSlot: slot,
  } as const;
  const polling = [DatabaseSetup.createPollingFunction(config), DatabaseSetup.setupPollingIndexes(config)];
  const replication = [
    DatabaseSetup.setupReplicationCore(config),
    `SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`,
  ];
  const own = listener === 'polling' ? polling : replication;
  await query(database, [DatabaseSetup.dropAndCreateTable(config), ...own]);
}

async function dropSlot(database: Database, topic: string): Promise<void> {
  const { slot } = replicationNames(topic);
  const ended = `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '${slot}' AND active`;
  const dropped = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${slot}' AND NOT active`;
  await query(database, [ended, dropped]);
}

async function query(database: Database, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
