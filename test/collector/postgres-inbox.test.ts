import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { createInboxTables, PostgresInbox } from '../../src/collector/postgres/index.ts';
import { type InboxRig, inboxContract } from '../../src/testing/contract/inbox-contract.ts';
import { customerMessage } from '../support/messages.ts';
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

  const arrival = {
    collector: 'ReadModel',
    topic: 'Customer',
    ordering: 'position',
    message: customerMessage(1, { position: 1 }),
  } as const;
  const never = new AbortController().signal;

  it('fails a handler that goes on after a statement failed: PostgreSQL would commit nothing of it', async () => {
    const { inbox, write, effects } = await create();
    const handled = inbox.handle(
      arrival,
      async (client) => {
        await write(client, 'lost');
        await client.query('INSERT INTO nowhere VALUES (1)').catch(() => undefined);
      },
      never,
    );
    await expect(handled).rejects.toThrow(/went on after a statement of its transaction had failed/);
    expect(await effects()).toEqual([]);
    expect((await inbox.handle(arrival, async () => undefined, never)).outcome).toBe('handled');
  });

  it('refuses for good what PostgreSQL will never take', async () => {
    const { inbox } = await create();
    const odd = { ...arrival, message: customerMessage(1, { id: 'C\0', position: 1 }) };
    await expect(inbox.handle(odd, async () => undefined, never)).rejects.toMatchObject({
      name: 'RefusedEvent',
    });
  });

  it('forgets when the handlers that run have ended, and lets none begin before', async () => {
    const { inbox, write, effects } = await create();
    const slow = inbox.handle(
      arrival,
      async (client) => {
        await sleep(200);
        await write(client, 'before');
      },
      never,
    );
    await sleep(50);
    const rebuild = inbox.transact(async (transaction) => {
      await inbox.forget('ReadModel', { transaction });
      await write(transaction, 'cleared');
    });
    await sleep(50);
    const again = inbox.handle(arrival, (client) => write(client, 'again'), never);
    await Promise.all([slow, rebuild, again]);
    expect(await effects()).toEqual(['before', 'cleared', 'again']);
  });
});
