import pg from 'pg';
import { defineEventTopic } from 'temporal-event-topic';
import { EventLogRelay } from 'temporal-event-topic/event-log';
import {
  createEventLogTable,
  createEventLogWakeUp,
  PostgresEventLog,
} from 'temporal-event-topic/event-log/postgres';
import { type PostgresServer, startPostgres } from '../../examples/postgres-server.ts';
import { Child } from '../child.ts';
import { BenchEventSchema } from '../event-schema.ts';
import { connectClient } from '../temporal-client.ts';
import { costsOf } from '../temporal-costs.ts';
import type { Contender, Session, Setting } from '../types.ts';
import type { RelayWorkerSetting } from './relay/worker.ts';
import type { WorkerProcess } from './worker-process.ts';

/** One for all runs. */
let server: Promise<PostgresServer> | undefined;

/** Callers only store, as those of an outbox do; a relay in tail mode publishes. */
export const relayTail: Contender = {
  name: 'relay-tail',
  description:
    'This project, a relay in tail mode over a PostgreSQL table: callers only insert; eight publisher workflows',
  keepsOrder: true,
  start,
  close: async () => {
    await (await server)?.stop();
    server = undefined;
  },
};

/** The server that relays read, for workloads of their own. */
export function postgresServer(): Promise<PostgresServer> {
  server ??= startPostgres();
  return server;
}

async function start(setting: Setting): Promise<Session> {
  const { topic: name, temporalAddress, profileFolder } = setting;
  const { database } = await postgresServer();
  const pool = new pg.Pool(database);
  const table = `events_${name.replaceAll(/\W/g, '_').toLowerCase()}`;
  await pool.query(createEventLogTable(table));
  await pool.query(createEventLogWakeUp(table));
  const taskQueue = `${name}-queue`;
  const env = {
    BENCH_WORKER: JSON.stringify({ ...setting, taskQueue, database, table } satisfies RelayWorkerSetting),
  };
  const worker = await Child.start<WorkerProcess>('contenders/relay/worker.ts', { env, profileFolder });
  const client = await connectClient(temporalAddress);
  const definition = defineEventTopic({ name, event: BenchEventSchema, partitions: 8 });
  const relay = new EventLogRelay(definition, { client, taskQueue, mode: 'tail' });
  await relay.start({ from: 'beginning' });
  const eventLog = new PostgresEventLog({ pool, table, topic: name });
  return {
    publish: async (messages, accepted) => {
      // In a transaction, as the outbox's callers.
      const transaction = await pool.connect();
      await transaction.query('BEGIN');
      await eventLog.append(
        transaction,
        messages.map((message) => ({ ...message, position: message.event.number })),
      );
      await transaction.query('COMMIT');
      transaction.release();
      for (const message of messages) accepted(message);
    },
    usage: () => worker.ask('usage'),
    costs: () => costsOf(client, taskQueue),
    stop: async () => {
      await worker.stop();
      await client.connection.close();
      await pool.query(`DROP TABLE ${table}`);
      await pool.end();
    },
  };
}
