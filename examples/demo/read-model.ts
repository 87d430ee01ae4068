// The shop's read model: customers and orders as they are now, in tables that collectors keep.
import type { Pool, PoolClient } from 'pg';
import type { EventMessage } from 'temporal-event-topic';
import { defineReadModel } from 'temporal-event-topic/collector';
import { createInboxTables } from 'temporal-event-topic/collector/postgres';
import type { Received } from './check.ts';
import { Customer, Order } from './shop.ts';
import type { OnHandled } from './terminal.ts';

const TABLES = `
CREATE TABLE IF NOT EXISTS customers (id text PRIMARY KEY, name text, address text);
CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, customer text, total int, items int, status text);
-- What happened to each, in the order in which the read model has learned it.
CREATE TABLE IF NOT EXISTS activity (n bigint GENERATED ALWAYS AS IDENTITY, topic text, id text, msg_id text);
`;

/** `onHandled` only shows what happens. */
export const createReadModel = (onHandled: OnHandled) =>
  defineReadModel({
    name: 'ReadModel',
    topics: [Customer, Order],
    init: async (client: PoolClient) => {
      await client.query(createInboxTables());
      await client.query(TABLES);
    },
    clear: async (client) => {
      await client.query('TRUNCATE customers, orders, activity');
    },
    apply: {
      Customer: async (message, { topic, transaction }) => {
        const { id, event } = message;
        await learn(transaction, topic, message);
        onHandled(topic, message, 'ReadModel');
        if (event.type === 'Created')
          await transaction.query('INSERT INTO customers VALUES ($1, $2, $3)', [
            id,
            event.name,
            event.address,
          ]);
        else if (event.type === 'Deleted')
          await transaction.query('DELETE FROM customers WHERE id = $1', [id]);
        else if (event.type === 'NameChanged')
          await transaction.query('UPDATE customers SET name = $2 WHERE id = $1', [id, event.name]);
        else await transaction.query('UPDATE customers SET address = $2 WHERE id = $1', [id, event.address]);
      },
      Order: async (message, { topic, transaction }) => {
        const { id, event } = message;
        await learn(transaction, topic, message);
        onHandled(topic, message, 'ReadModel');
        if (typeof event === 'string')
          await transaction.query('UPDATE orders SET status = $2 WHERE id = $1', [id, event]);
        else if (event.TAG === 'Placed')
          await transaction.query("INSERT INTO orders VALUES ($1, $2, $3, 0, 'Placed')", [
            id,
            event.customer,
            event.total,
          ]);
        else await transaction.query('UPDATE orders SET items = items + 1 WHERE id = $1', [id]);
      },
    },
  });

async function learn(client: PoolClient, topic: string, { id, meta }: EventMessage): Promise<void> {
  const values = [topic, id, meta.msgId];
  await client.query('INSERT INTO activity (topic, id, msg_id) VALUES ($1, $2, $3)', values);
}

/** msgIds by `<topic>/<aggregate id>`, as the read model has learned them. */
export async function learned(pool: Pool): Promise<Received> {
  const { rows } = await pool.query<{ key: string; msg_ids: string[] }>(
    "SELECT topic || '/' || id AS key, array_agg(msg_id ORDER BY n) AS msg_ids FROM activity GROUP BY topic, id",
  );
  return new Map(rows.map(({ key, msg_ids }) => [key, msg_ids]));
}

/** Whether the tables have what a fold over the EventLog gives: the truth, worked out another way. */
export async function equalsFold(pool: Pool): Promise<boolean> {
  const { rows: stored } = await pool.query('SELECT topic, id, event FROM event_log ORDER BY sequence');
  const { rows: customers } = await pool.query('SELECT * FROM customers ORDER BY id');
  const { rows: orders } = await pool.query('SELECT * FROM orders ORDER BY id');
  return JSON.stringify({ customers, orders }) === JSON.stringify(fold(stored as Stored[]));
}

interface Stored {
  readonly topic: string;
  readonly id: string;
  readonly event: string | Readonly<Record<string, never>>;
}

function fold(stored: readonly Stored[]): { readonly customers: unknown[]; readonly orders: unknown[] } {
  const customers = new Map<string, object>();
  const orders = new Map<string, { items: number }>();
  for (const { topic, id, event } of stored) {
    const { type, TAG, _0: __, ...fields } = Object(event) as Record<string, never>;
    if (topic === 'Customer' && type === 'Deleted') customers.delete(id);
    else if (topic === 'Customer') customers.set(id, { id, ...customers.get(id), ...fields });
    else if (TAG === 'Placed') orders.set(id, { id, ...fields, items: 0, status: TAG } as { items: number });
    else if (TAG === 'ItemAdded') orders.set(id, { ...ofOrder(id), items: ofOrder(id).items + 1 });
    else orders.set(id, { ...ofOrder(id), status: event } as { items: number });
  }
  return { customers: sorted(customers), orders: sorted(orders) };

  function ofOrder(id: string): { items: number } {
    return orders.get(id) ?? { items: 0 };
  }
}

function sorted(rows: ReadonlyMap<string, object>): unknown[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
