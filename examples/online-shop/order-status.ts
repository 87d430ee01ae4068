// OrderStatus: the read model that answers a customer who asks where the order is.
import type { Pool, PoolClient } from 'pg';
import { defineReadModel, EventCollector } from 'temporal-event-topic/collector';
import type { Shop } from './plugin.ts';
import { Order } from './topics.ts';

export const orderStatus = defineReadModel({
  name: 'OrderStatus',
  topics: [Order],
  init: async (transaction: PoolClient) => {
    await transaction.query(
      'CREATE TABLE IF NOT EXISTS order_status (id text PRIMARY KEY, customer text NOT NULL, status text NOT NULL)',
    );
  },
  clear: async (transaction: PoolClient) => {
    await transaction.query('DELETE FROM order_status');
  },
  apply: {
    Order: {
      OrderPlaced: async ({ id, meta }, { transaction }) => {
        await transaction.query("INSERT INTO order_status VALUES ($1, $2, 'placed')", [id, meta.user]);
      },
      OrderPaid: ({ id }, { transaction }) => become(transaction, id, 'paid'),
      OrderShipped: ({ id }, { transaction }) => become(transaction, id, 'shipped'),
      OrderCancelled: ({ id, event }, { transaction }) =>
        become(transaction, id, `cancelled: ${event.reason}`),
    },
  },
});

export function createOrderStatus(shop: Shop) {
  return new EventCollector({ ...orderStatus.options, ...shop.queue('OrderStatus') });
}

export interface OrderStatus {
  readonly id: string;
  readonly customer: string;
  readonly status: string;
}

export async function orderStatuses(pool: Pool): Promise<readonly OrderStatus[]> {
  const { rows } = await pool.query<OrderStatus>('SELECT id, customer, status FROM order_status ORDER BY id');
  return rows;
}

async function become(transaction: PoolClient, id: string, status: string): Promise<void> {
  await transaction.query('UPDATE order_status SET status = $2 WHERE id = $1', [id, status]);
}
