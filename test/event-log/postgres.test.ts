import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/common/event-log.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { createEventLogTable, PostgresEventLog } from '../../src/event-log/postgres/index.ts';
import { eventLogContract } from '../../src/testing/contract/event-log-contract.ts';
import { positioned } from '../support/customer.ts';
import { createPostgresRig, usePostgres } from '../support/postgres.ts';

const postgres = usePostgres();
const never = new AbortController().signal;

async function read(eventLog: PostgresEventLog, after?: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of eventLog.readAll(after, { limit: 100, signal: never })) events.push(event);
  return events;
}

const msgIdsOf = (messages: readonly EventMessage[]): string[] => messages.map(({ meta }) => meta.msgId);

describe('PostgresEventLog', () => {
  const create = () => createPostgresRig(postgres.pool);
  for (const { title, run } of eventLogContract({ create, transactions: true })) it(title, run);
});

describe('a reader that remembers the highest sequence number it has seen', () => {
  it('loses the event of a transaction that commits late; readAll does not', async () => {
    const rig = await createPostgresRig(postgres.pool);
    const early = await rig.begin?.();
    await early?.append(positioned('slow', 1, 1));
    await rig.append(positioned('quick', 1, 1));

    const naive = async (after: number): Promise<{ sequence: string; msg_id: string }[]> => {
      const query = `SELECT sequence, msg_id FROM ${rig.table} WHERE sequence > $1 ORDER BY sequence`;
      return (await postgres.pool.query(query, [after])).rows;
    };
    const seenNaively = await naive(0);
    const reading = read(rig.eventLog);
    await early?.commit();
    seenNaively.push(...(await naive(Number(seenNaively.at(-1)?.sequence))));

    expect(seenNaively.map(({ msg_id }) => msg_id)).toEqual(['quick-1']);
    expect(msgIdsOf((await reading).map(({ message }) => message))).toEqual(['slow-1', 'quick-1']);
    await rig.close?.();
  });
});

describe('a transaction that runs on', () => {
  it('in another table holds nothing back', async () => {
    const rig = await createPostgresRig(postgres.pool);
    const other = await createPostgresRig(postgres.pool);
    const open = await other.begin?.();
    await open?.append(positioned('other', 1, 1));
    await rig.append(positioned('a', 1, 2));
    expect(await read(rig.eventLog)).toHaveLength(2);
    await open?.rollback();
    await Promise.all([rig.close?.(), other.close?.()]);
  });

  it('holds back what came after it, until the reader gives up; others that come later do not hold back what it waited for', async () => {
    const rig = await createPostgresRig(postgres.pool);
    const first = await rig.begin?.();
    await first?.append(positioned('first', 1, 1));
    await rig.append(positioned('a', 1, 1));
    const givesUp = async (): Promise<void> => {
      const signal = AbortSignal.timeout(100);
      for await (const _ of rig.eventLog.readAll(undefined, { limit: 10, signal }))
        throw new Error('It gave one');
    };
    await expect(givesUp()).rejects.toThrow('aborted');
    const second = await rig.begin?.();
    await second?.append(positioned('second', 1, 1));
    await first?.commit();
    // Transactions that overlap without end would otherwise stop the reader for ever.
    expect(msgIdsOf((await read(rig.eventLog)).map(({ message }) => message))).toEqual(['first-1', 'a-1']);
    await second?.commit();
    await rig.close?.();
  });
});

describe('a table of your own', () => {
  it('is read by the names of its columns, its rows made into messages', async () => {
    const table = `own_${randomUUID().slice(0, 8)}`;
    await postgres.pool.query(`CREATE TABLE ${table} (
      "globalPosition" bigserial PRIMARY KEY, stream text, version int, kind text, body jsonb, at timestamptz DEFAULT now())`);
    const insert = `INSERT INTO ${table} (stream, version, kind, body) VALUES ($1, $2, $3, $4)`;
    await postgres.pool.query(insert, ['customer-1', 1, 'NameChanged', { name: 'Ada' }]);
    await postgres.pool.query(insert, ['order-7', 1, 'Placed', {}]);
    const eventLog = new PostgresEventLog({
      pool: postgres.pool,
      table,
      columns: { sequence: 'globalPosition', id: 'stream', position: 'version', storedAt: 'at' },
      where: `stream LIKE 'customer-%'`,
      toMessage: ({ stream, version, kind, body }) => ({
        id: String(stream),
        position: Number(version),
        event: { type: kind, ...(body as object) },
        meta: {
          service: 'own',
          time: '2026-01-01T00:00:00.000Z',
          ip: '',
          user: '',
          msgId: `${stream}/${version}`,
          correlationId: 'c',
        },
      }),
    });
    await eventLog.check();
    const [event, ...more] = await read(eventLog);
    expect(event?.message).toMatchObject({
      id: 'customer-1',
      position: 1,
      event: { type: 'NameChanged', name: 'Ada' },
    });
    expect(more).toEqual([]);
  });
});

describe('the wake-up', () => {
  it('comes when something is committed, not before, and again after the connection broke', async () => {
    const rig = await createPostgresRig(postgres.pool);
    await rig.eventLog.untilNew(never);
    const soon = async (): Promise<boolean> => {
      const signal = AbortSignal.timeout(150);
      await rig.eventLog.untilNew(signal);
      return !signal.aborted;
    };
    expect(await soon()).toBe(false);
    const open = await rig.begin?.();
    await open?.append(positioned('a', 1, 1));
    expect(await soon()).toBe(false);
    await open?.commit();
    expect(await soon()).toBe(true);

    await postgres.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN "${rig.table}_wake"'`,
    );
    expect(await soon()).toBe(true);
    await soon();
    await rig.append(positioned('a', 2, 2));
    expect(await soon()).toBe(true);
    await rig.close?.();
  });
});

describe('what is wrong is said at once, all of it', () => {
  const { pool } = { pool: { query: () => undefined, connect: () => undefined } as never };
  it.each([
    [undefined, 'the argument is an object of options, not nothing'],
    [{}, 'pool is a Pool of pg, not nothing'],
    [
      { pool, tabel: 'x', where: 5 },
      'tabel is no option; did you mean table?; where is a text that is not empty, not the number 5',
    ],
    [
      { pool, columns: { sequenze: 'x', id: 5 } },
      'columns.sequenze is no option; did you mean columns.sequence?; columns.id is the name of a column',
    ],
    [{ pool, toMessage: 'x' }, 'toMessage is a function, not a text'],
  ])('options %j', (options, fault) => {
    expect(() => new PostgresEventLog(options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_EVENT_LOG', message: expect.stringContaining(fault) }),
    );
  });

  it.each([
    [
      'a table that is not there',
      'SELECT 1',
      'the database has no table $TABLE; createEventLogTable() gives the SQL',
    ],
    [
      'missing columns',
      'CREATE TABLE t (sequence bigserial, id text, topic text)',
      'has no column position; name yours in `columns`; the table $TABLE has no column stored_at',
    ],
    [
      'a sequence of which sessions keep a stock',
      `${createEventLogTable('t')}; ALTER TABLE t ALTER COLUMN sequence SET CACHE 20`,
      'the sequence of $TABLE.sequence has CACHE 20',
    ],
  ])('%s', async (_, sql, fault) => {
    const schema = `s_${randomUUID().slice(0, 8)}`;
    await postgres.pool.query(
      `CREATE SCHEMA ${schema}; SET search_path = ${schema}; ${sql}; RESET search_path`,
    );
    const eventLog = new PostgresEventLog({ pool: postgres.pool, table: `${schema}.t`, topic: 'Customer' });
    await expect(eventLog.check()).rejects.toMatchObject({
      code: 'INVALID_EVENT_LOG',
      message: expect.stringContaining(fault.replaceAll('$TABLE', `${schema}.t`)),
    });
  });

  it('a checkpoint of another table', async () => {
    const rig = await createPostgresRig(postgres.pool);
    await expect(read(rig.eventLog, 'postgres/orders/0000000000000000007')).rejects.toMatchObject({
      code: 'INVALID_CHECKPOINT',
    });
    await rig.close?.();
  });

  it('an append at a place that is taken, by PostgreSQL itself', async () => {
    const rig = await createPostgresRig(postgres.pool);
    await rig.append(positioned('a', 1, 1));
    const again = positioned('a', 1, 1).map((message) => ({
      ...message,
      meta: { ...message.meta, msgId: randomUUID() },
    }));
    await expect(rig.eventLog.append(postgres.pool, again)).rejects.toMatchObject({ code: '23505' });
    await expect(
      new PostgresEventLog({ pool: postgres.pool }).append(postgres.pool, again),
    ).rejects.toMatchObject({ code: 'INVALID_EVENT_LOG' });
    await rig.close?.();
  });
});
