import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { describe, it } from 'vitest';
import { createInboxTables, PostgresInbox } from '../../src/collector/postgres/index.ts';
import { type InboxRig, inboxContract } from '../../src/testing/contract/inbox-contract.ts';
import { usePostgres } from '../support/postgres.ts';

describe('the inbox in PostgreSQL', () => {
  const postgres = usePostgres();

  async function create(): Promise<InboxRig<PoolClient>> {
    const { pool } = postgres;
    const table = `inbox_${randomUUID().slice(0, 8)}`;
    await pool.query(createInboxTables(table));
    await pool.query(createInboxTables(table));
    await pool.query(`CREATE TABLE ${table}_effects (n bigint GENERATED ALWAYS AS IDENTITY, effect text)`);
    return {
      inbox: new PostgresInbox({ pool, table }),
      write: async (client, effect) => {
        await client.query(`INSERT INTO ${table}_effects (effect) VALUES ($1)`, [effect]);
      },
      effects: async () => {
        const { rows } = await pool.query<{ effect: string }>(
          `SELECT effect FROM ${table}_effects ORDER BY n`,
        );
        return rows.map(({ effect }) => effect);
      },
    };
  }

  for (const { title, run } of inboxContract({ create, transactions: true })) it(title, run);
});
