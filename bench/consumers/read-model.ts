import pg from 'pg';
import { createInboxTables } from 'temporal-event-topic/collector/postgres';
import type { Database } from '../../examples/postgres-server.ts';
import type { BenchMessage } from '../types.ts';

let pool: pg.Pool | undefined;

/** One for all queues of this process: its connections are open once the clock starts. */
export function openPool(database: Database | undefined): pg.Pool {
  pool ??= new pg.Pool(database);
  return pool;
}

/** Makes the tables anew: of the read model, and of an inbox. */
export async function renewTables(database: Database): Promise<void> {
  await query(
    database,
    `DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${createInboxTables()}
     CREATE TABLE names (id text PRIMARY KEY, number integer NOT NULL, name text NOT NULL)`,
  );
}

/** How many aggregates are at this event. */
export async function completeRows(database: Database, number: number): Promise<number> {
  const [row] = await query(database, 'SELECT count(*) AS count FROM names WHERE number = $1', [number]);
  return Number(row?.['count']);
}

export async function writeRow(
  client: Pick<pg.PoolClient, 'query'>,
  { id, event }: Pick<BenchMessage, 'id' | 'event'>,
): Promise<void> {
  await client.query(
    `INSERT INTO names (id, number, name) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number, name = EXCLUDED.name`,
    [id, event.number, event.name],
  );
}

async function query(
  database: Database,
  text: string,
  values?: unknown[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
