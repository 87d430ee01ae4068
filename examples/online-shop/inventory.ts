// Inventory: reserves what is ordered, and releases what is not paid.
import type { PoolClient } from 'pg';
import { EventCollector, RefusedEvent } from 'temporal-event-topic/collector';
import { EventStore } from './event-store.ts';
import type { Shop } from './plugin.ts';
import { Inventory, Order, Payment } from './topics.ts';

export const INVENTORY_TABLES = `
CREATE TABLE stock (product text PRIMARY KEY, quantity int NOT NULL CHECK (quantity >= 0), price int NOT NULL);
CREATE TABLE reservations (order_id text PRIMARY KEY, product text NOT NULL, quantity int NOT NULL)`;

export function createInventory(shop: Shop) {
  const store = new EventStore(Inventory, { pool: shop.pool, service: 'inventory' });
  const collector = new EventCollector({
    ...shop.queue('Inventory'),
    topics: [Order, Payment],
    handlers: {
      Order: {
        OrderPlaced: async (cause, { transaction }) => {
          const { product, quantity } = cause.event;
          const price = await reserve(transaction, { order: cause.id, product, quantity });
          const order = cause.id;
          await store.append(transaction, {
            id: product,
            event:
              price === undefined
                ? { type: 'StockRefused', order, reason: 'out of stock' }
                : { type: 'StockReserved', order, amount: price * quantity },
            cause,
          });
        },
        OrderPaid: 'ignore',
        OrderShipped: 'ignore',
        OrderCancelled: 'ignore',
      },
      Payment: {
        PaymentAccepted: 'ignore',
        PaymentRefused: async (cause, { transaction }) => {
          const product = await release(transaction, cause.id);
          const { reason } = cause.event;
          const event = { type: 'StockReleased', order: cause.id, reason } as const;
          await store.append(transaction, { id: product, event, cause });
        },
      },
    },
  });
  return { store, collector };
}

interface Reservation {
  readonly order: string;
  readonly product: string;
  readonly quantity: number;
}

/** The price of one; undefined when there are not enough. The product's row is locked until the event is handled. */
async function reserve(
  transaction: PoolClient,
  { order, product, quantity }: Reservation,
): Promise<number | undefined> {
  const { rows } = await transaction.query<{ price: number }>(
    'UPDATE stock SET quantity = quantity - $2 WHERE product = $1 AND quantity >= $2 RETURNING price',
    [product, quantity],
  );
  if (rows[0])
    await transaction.query('INSERT INTO reservations VALUES ($1, $2, $3)', [order, product, quantity]);
  return rows[0]?.price;
}

/** The product that is back in stock. */
async function release(transaction: PoolClient, order: string): Promise<string> {
  const { rows } = await transaction.query<{ product: string }>(
    `WITH gone AS (DELETE FROM reservations WHERE order_id = $1 RETURNING product, quantity)
     UPDATE stock SET quantity = stock.quantity + gone.quantity FROM gone WHERE stock.product = gone.product
     RETURNING stock.product`,
    [order],
  );
  if (rows[0]) return rows[0].product;
  throw new RefusedEvent(`nothing is reserved for order ${order}`);
}
