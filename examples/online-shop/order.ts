// Order: places orders, and follows what the others say of them until they are shipped or cancelled.
import type { PoolClient } from 'pg';
import type { EventMessage } from 'temporal-event-topic';
import { EventCollector, RefusedEvent } from 'temporal-event-topic/collector';
import { EventStore } from './event-store.ts';
import { Shipment } from './extension-point.ts';
import type { Shop } from './plugin.ts';
import { Inventory, Order, Payment } from './topics.ts';

export const ORDER_TABLE = `CREATE TABLE orders (
  id text PRIMARY KEY, product text NOT NULL, quantity int NOT NULL, status text NOT NULL)`;

export interface NewOrder {
  readonly id: string;
  readonly customer: string;
  readonly product: string;
  readonly quantity: number;
}

export function createOrder(shop: Shop) {
  const store = new EventStore(Order, { pool: shop.pool, service: 'shop' });
  const collector = new EventCollector({
    ...shop.queue('Order'),
    topics: [Inventory, Payment, Shipment],
    handlers: {
      Inventory: {
        StockReserved: 'ignore',
        StockRefused: (message, { transaction }) => cancel(transaction, message.event.order, message),
        // Only now: whoever hears that it is cancelled finds the goods back in stock.
        StockReleased: (message, { transaction }) => cancel(transaction, message.event.order, message),
      },
      Payment: {
        PaymentAccepted: async (cause, { transaction }) => {
          await change(transaction, { id: cause.id, from: 'placed', to: 'paid' });
          await store.append(transaction, { id: cause.id, event: { type: 'OrderPaid' }, cause });
        },
        PaymentRefused: 'ignore',
      },
      Shipment: {
        ShipmentDispatched: async (cause, { transaction }) => {
          await change(transaction, { id: cause.id, from: 'paid', to: 'shipped' });
          await store.append(transaction, { id: cause.id, event: { type: 'OrderShipped' }, cause });
        },
      },
    },
  });

  async function cancel(
    transaction: PoolClient,
    id: string,
    cause: EventMessage<{ readonly reason: string }>,
  ): Promise<void> {
    await change(transaction, { id, from: 'placed', to: 'cancelled' });
    const { reason } = cause.event;
    await store.append(transaction, { id, event: { type: 'OrderCancelled', reason }, cause });
  }

  /** Nothing of the library is needed for that: the relay publishes what is stored. */
  const place = ({ id, customer, product, quantity }: NewOrder): Promise<void> =>
    shop.inbox.transact(async (transaction) => {
      await transaction.query("INSERT INTO orders VALUES ($1, $2, $3, 'placed')", [id, product, quantity]);
      await store.append(transaction, {
        id,
        event: { type: 'OrderPlaced', product, quantity },
        user: customer,
      });
    });
  return { store, collector, place };
}

interface Change {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

async function change(transaction: PoolClient, { id, from, to }: Change): Promise<void> {
  const { rowCount } = await transaction.query(
    'UPDATE orders SET status = $3 WHERE id = $1 AND status = $2',
    [id, from, to],
  );
  // A fault in the saga, which trying again does not cure: the order is parked, and a person looks.
  if (rowCount !== 1) throw new RefusedEvent(`order ${id} is not ${from}, so it cannot be ${to}`);
}
