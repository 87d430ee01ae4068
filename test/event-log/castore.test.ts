import { randomUUID } from 'node:crypto';
import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres';
import { describe, expect, it } from 'vitest';
import type { EventMessage, MessageMeta } from '../../src/common/message.ts';
import { castoreEventLog } from '../../src/event-log/castore/index.ts';
import { type EventLogRig, eventLogContract } from '../../src/testing/contract/event-log-contract.ts';
import { usePostgres } from '../support/postgres.ts';
import { withEvents } from '../support/with-events.ts';

const postgres = usePostgres();
const never = new AbortController().signal;

/** Castore's adapter with a table of its own. */
async function createStore() {
  const table = `castore_${randomUUID().slice(0, 8)}`;
  const { host, port, user, database } = postgres.config;
  const connectionString = `postgres://${user}@${host}:${port}/${database}`;
  await PostgresEventStorageAdapter.createEventTable({
    connectionString,
    tableName: table,
    aggregateId: { type: 'VARCHAR', length: 100 },
  });
  const adapter = new PostgresEventStorageAdapter({ connectionString, tableName: table });
  // It has no method of its own for that.
  const close = (): Promise<void> => (adapter as unknown as { _sql: { end(): Promise<void> } })._sql.end();
  return { table, adapter, close };
}

/** Castore's events are `{ type, payload }`: what the contract stores is in the payload. */
const eventOf = (event: unknown): unknown => (event as { payload: { event: unknown } }).payload.event;

async function create(): Promise<EventLogRig> {
  const { table, adapter, close } = await createStore();
  const toMeta = ({ metadata }: Readonly<Record<string, unknown>>): MessageMeta =>
    (metadata as { meta: MessageMeta }).meta;
  const options = { pool: postgres.pool, eventStoreId: 'CUSTOMERS', service: 'shop', table, toMeta };
  return {
    eventLog: withEvents(castoreEventLog(options), eventOf),
    append: async (messages) => {
      for (const { id, event, meta, position = 0 } of messages) {
        const detail = {
          aggregateId: id,
          version: position,
          type: 'Stored',
          payload: { event },
          metadata: { meta },
        };
        await adapter.pushEvent(detail as never, { eventStoreId: 'CUSTOMERS' });
      }
    },
    close,
  };
}

describe("Castore's PostgreSQL adapter", () => {
  for (const { title, run } of eventLogContract({ create, transactions: false })) it(title, run);

  it('is read as it is: type, payload, version; another event store in the table is not', async () => {
    const { table, adapter, close } = await createStore();
    const eventLog = castoreEventLog({
      pool: postgres.pool,
      eventStoreId: 'CUSTOMERS',
      service: 'shop',
      table,
    });
    await eventLog.check?.(never);
    const event = { aggregateId: 'ada', version: 1, type: 'CREATED' };
    await adapter.pushEvent(event as never, { eventStoreId: 'ORDERS' });
    await adapter.pushEvent(event as never, { eventStoreId: 'CUSTOMERS' });
    const renamed = {
      aggregateId: 'ada',
      version: 2,
      type: 'RENAMED',
      payload: { name: 'Ada L.' },
      metadata: { correlationId: 'c-7' },
    };
    await adapter.pushEvent(renamed as never, { eventStoreId: 'CUSTOMERS' });
    const messages: EventMessage[] = [];
    for await (const { message } of eventLog.readAll(undefined, { limit: 10, signal: never }))
      messages.push(message);
    expect(messages).toMatchObject([
      {
        id: 'ada',
        position: 1,
        event: { type: 'CREATED' },
        meta: { service: 'shop', msgId: 'CUSTOMERS/ada/1' },
      },
      {
        id: 'ada',
        position: 2,
        event: { type: 'RENAMED', payload: { name: 'Ada L.' } },
        meta: { correlationId: 'c-7' },
      },
    ]);
    expect(messages[0]?.event).toEqual({ type: 'CREATED' });
    await close();
  });

  it('refuses wrong options', () => {
    expect(() => castoreEventLog({ eventStoreID: 'x' } as never)).toThrow(
      expect.objectContaining({
        code: 'INVALID_EVENT_LOG',
        message: expect.stringContaining(
          'eventStoreID is no option; did you mean eventStoreId?; pool is a Pool of pg',
        ),
      }),
    );
  });
});
