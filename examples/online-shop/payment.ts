// Payment: takes the money from the customer's account, or refuses.
import { EventCollector } from 'temporal-event-topic/collector';
import { EventStore } from './event-store.ts';
import type { Shop } from './plugin.ts';
import { Inventory, Payment } from './topics.ts';

export const PAYMENT_TABLE = 'CREATE TABLE accounts (customer text PRIMARY KEY, balance int NOT NULL)';

export function createPayment(shop: Shop) {
  const store = new EventStore(Payment, { pool: shop.pool, service: 'payment' });
  const collector = new EventCollector({
    ...shop.queue('Payment'),
    topics: [Inventory],
    handlers: {
      Inventory: {
        StockReserved: async (cause, { transaction }) => {
          const { order, amount } = cause.event;
          const { rowCount } = await transaction.query(
            'UPDATE accounts SET balance = balance - $2 WHERE customer = $1 AND balance >= $2',
            // Who began it: the meta of a caused message carries the user on.
            [cause.meta.user, amount],
          );
          await store.append(transaction, {
            id: order,
            event:
              rowCount === 1
                ? { type: 'PaymentAccepted', amount }
                : { type: 'PaymentRefused', reason: 'payment refused' },
            cause,
          });
        },
        StockRefused: 'ignore',
        StockReleased: 'ignore',
      },
    },
  });
  return { store, collector };
}
