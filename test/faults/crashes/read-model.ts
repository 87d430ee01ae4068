import type { Pool, PoolClient } from 'pg';
import { defineReadModel } from 'temporal-event-topic/collector';
import { createInboxTables } from 'temporal-event-topic/collector/postgres';
import { Account } from './shop.ts';

/** What accounts come to, and which events made it so. */
export const balances = defineReadModel({
  name: 'CrashReadModel',
  topics: [Account],
  init: async (client: PoolClient) => {
    await client.query(createInboxTables());
    await client.query(
      'CREATE TABLE IF NOT EXISTS balances (id text PRIMARY KEY, amount bigint, events bigint)',
    );
    await client.query(
      'CREATE TABLE IF NOT EXISTS effects (n bigint GENERATED ALWAYS AS IDENTITY, id text, msg_id text)',
    );
  },
  apply: {
    CrashAccount: {
      Booked: async ({ id, meta, event }, { transaction }) => {
        await transaction.query('INSERT INTO effects (id, msg_id) VALUES ($1, $2)', [id, meta.msgId]);
        await pause();
        await transaction.query(
          `INSERT INTO balances AS b VALUES ($1, $2, 1)
           ON CONFLICT (id) DO UPDATE SET amount = b.amount + EXCLUDED.amount, events = b.events + 1`,
          [id, event.amount],
        );
        await pause();
      },
    },
  },
});

/** Here, above all, it is killed. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
}

/** msgIds by account, in the order in which they had their effect. */
export async function effectsIn(pool: Pool): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await pool.query<{ id: string; msg_ids: string[] }>(
    'SELECT id, array_agg(msg_id ORDER BY n) AS msg_ids FROM effects GROUP BY id',
  );
  return new Map(rows.map(({ id, msg_ids }) => [id, msg_ids]));
}

/** Accounts whose balance is another one than a fold over the EventLog gives. */
export async function wrongBalances(pool: Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ wrong: string }>(
    `SELECT count(*) AS wrong FROM balances b FULL JOIN
       (SELECT id, sum((event->>'amount')::int) AS amount, count(*) AS events FROM ${table} GROUP BY id) f USING (id)
     WHERE b.amount IS DISTINCT FROM f.amount OR b.events IS DISTINCT FROM f.events`,
  );
  return Number(rows[0]?.wrong);
}
