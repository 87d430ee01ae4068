import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type PostgresServer, startPostgres } from '../../examples/postgres-server.ts';
import type { EventMessage } from '../../src/common/message.ts';
import {
  createEventLogTable,
  createEventLogWakeUp,
  PostgresEventLog,
} from '../../src/event-log/postgres/index.ts';
import type { EventLogRig, EventLogTransaction } from '../../src/testing/contract/event-log-contract.ts';

export interface RunningPostgres {
  /** Usable in hooks and tests. */
  readonly pool: pg.Pool;
  readonly config: pg.PoolConfig;
}

/** A PostgreSQL server, on a free port, that runs while the tests of this `describe` (or file) run. */
export function usePostgres(): RunningPostgres {
  let server: PostgresServer | undefined;
  let pool: pg.Pool | undefined;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new pg.Pool(server.database);
    // As pg says: one that is idle breaks when the server stops.
    pool.on('error', () => undefined);
  }, 60_000);
  afterAll(async () => {
    // First the server: what still listens would keep the pool open.
    await server?.stop();
    await pool?.end();
  });
  return {
    get pool() {
      if (pool === undefined) throw new Error('PostgreSQL runs in hooks and tests only');
      return pool;
    },
    get config() {
      if (server === undefined) throw new Error('PostgreSQL runs in hooks and tests only');
      return server.database;
    },
  };
}

/** An empty table of its own, of the shipped kind, for the topic Customer. */
export async function createPostgresRig(
  pool: pg.Pool,
): Promise<EventLogRig & { eventLog: PostgresEventLog; table: string }> {
  const table = `events_${randomUUID().slice(0, 8)}`;
  await pool.query(createEventLogTable(table));
  await pool.query(createEventLogWakeUp(table));
  const eventLog = new PostgresEventLog({ pool, table, topic: 'Customer', channel: `${table}_wake` });
  const begin = (): Promise<EventLogTransaction> => beginIn(pool, eventLog);
  return {
    table,
    eventLog,
    begin,
    append: async (messages) => {
      const transaction = await begin();
      await transaction.append(messages);
      await transaction.commit();
    },
    close: () => eventLog.close(),
  };
}

async function beginIn(pool: pg.Pool, eventLog: PostgresEventLog): Promise<EventLogTransaction> {
  const client = await pool.connect();
  await client.query('BEGIN');
  const end = async (command: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    await client.query(command);
    client.release();
  };
  return {
    append: (messages: readonly EventMessage[]) => eventLog.append(client, messages),
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
  };
}
