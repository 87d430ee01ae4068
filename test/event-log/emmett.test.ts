import { randomUUID } from 'node:crypto';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/common/event-log.ts';
import type { MessageMeta } from '../../src/common/message.ts';
import { createEmmettIndex, emmettEventLog } from '../../src/event-log/emmett/index.ts';
import { type EventLogRig, eventLogContract } from '../../src/testing/contract/event-log-contract.ts';
import { usePostgres } from '../support/postgres.ts';
import { withEvents } from '../support/with-events.ts';

const postgres = usePostgres();
const never = new AbortController().signal;
const closes: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(closes.map((close) => close())));

type Stored = { type: 'Stored'; data: { event: unknown }; metadata: { meta: MessageMeta } };

/** An Emmett store in a database of its own, for its tables have one name. */
async function createStore() {
  const database = `emmett_${randomUUID().slice(0, 8)}`;
  await postgres.pool.query(`CREATE DATABASE ${database}`);
  const { host, port, user } = postgres.config;
  const store = getPostgreSQLEventStore(`postgres://${user}@${host}:${port}/${database}`);
  await store.schema.migrate();
  const pool = new pg.Pool({ ...postgres.config, database });
  pool.on('error', () => undefined);
  await pool.query(createEmmettIndex());
  closes.push(async () => {
    await store.close();
    await pool.end();
  });
  return { store, pool };
}

/** Emmett's events are `{ type, data }`: what the contract stores is in the data. */
const eventOf = (event: unknown): unknown => (event as Stored).data.event;

async function create(): Promise<EventLogRig> {
  const { store, pool } = await createStore();
  const toMeta = (row: Readonly<Record<string, unknown>>): MessageMeta =>
    (row['message_metadata'] as Stored['metadata']).meta;
  return {
    eventLog: withEvents(emmettEventLog({ pool, streamType: 'customer', service: 'shop', toMeta }), eventOf),
    append: async (messages) => {
      for (const { id, event, meta } of messages)
        await store.appendToStream<Stored>(`customer-${id}`, [
          { type: 'Stored', data: { event }, metadata: { meta } },
        ]);
    },
  };
}

describe("Emmett's PostgreSQL store", () => {
  for (const { title, run } of eventLogContract({ create, transactions: false })) it(title, run);

  it('is read as it is: type, data, message id, stream position and correlation; other streams are not', async () => {
    const { store, pool } = await createStore();
    const eventLog = emmettEventLog({ pool, streamType: 'customer', service: 'shop' });
    await eventLog.check?.(never);
    await store.appendToStream('order-1', [{ type: 'Placed', data: {} }]);
    await store.appendToStream('customer-ada', [
      { type: 'Created', data: { name: 'Ada' } },
      { type: 'Renamed', data: { name: 'Ada L.' }, metadata: { correlationId: 'c-7' } },
    ]);
    const events: StoredEvent[] = [];
    for await (const event of eventLog.readAll(undefined, { limit: 10, signal: never })) events.push(event);
    const [first, second, ...more] = events.map(({ message }) => message);
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      id: 'ada',
      position: 1,
      event: { type: 'Created', data: { name: 'Ada' } },
    });
    expect(first?.meta).toMatchObject({
      service: 'shop',
      msgId: expect.stringMatching(/^[\w-]{36}$/),
      correlationId: first?.meta.msgId,
    });
    expect(second).toMatchObject({ id: 'ada', position: 2, meta: { correlationId: 'c-7' } });
  });

  it('loses nothing that commits late', async () => {
    const { store, pool } = await createStore();
    const eventLog = emmettEventLog({ pool, streamType: 'customer', service: 'shop' });
    const slow = await pool.connect();
    await slow.query('BEGIN');
    await slow.query(
      `SELECT emt_append_to_stream(ARRAY['${randomUUID()}'], ARRAY['{}'::jsonb], ARRAY['{}'::jsonb], ARRAY['1'], ARRAY['Created'], ARRAY['E'], 'customer-slow', 'customer', v_partition => 'emt:default')`,
    );
    await store.appendToStream('customer-quick', [{ type: 'Created', data: {} }]);
    const reading = (async () => {
      const ids: string[] = [];
      for await (const { message } of eventLog.readAll(undefined, { limit: 10, signal: never }))
        ids.push(message.id);
      return ids;
    })();
    await slow.query('COMMIT');
    slow.release();
    expect(await reading).toEqual(['slow', 'quick']);
  });

  it.each([
    [undefined, 'the argument is an object of options, not nothing'],
    [
      { pool: { query() {} }, streamTyp: 'x' },
      'streamTyp is no option; did you mean streamType?; service is a text that is not empty, not nothing; streamType is',
    ],
  ])('refuses wrong options: %j', (options, fault) => {
    expect(() => emmettEventLog(options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_EVENT_LOG', message: expect.stringContaining(fault) }),
    );
  });
});
