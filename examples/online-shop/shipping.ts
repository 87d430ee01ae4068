// Shipping: another plugin, with a stack, a database and a worker of its own.
import { EventCollector } from 'temporal-event-topic/collector';
import { EventStore } from './event-store.ts';
import { Fulfilment, Shipment } from './extension-point.ts';
import type { Plugin } from './plugin.ts';

export const SHIPPING_TABLE =
  'CREATE TABLE parcels (order_id text PRIMARY KEY, product text NOT NULL, quantity int NOT NULL)';

export function createShipping(plugin: Plugin<'Shipping'>) {
  const store = new EventStore(Shipment, { pool: plugin.pool, service: 'shipping' });
  const collector = new EventCollector({
    ...plugin.queue('Shipping'),
    topics: [Fulfilment],
    handlers: {
      Fulfilment: {
        FulfilmentRequested: async (cause, { transaction }) => {
          const { product, quantity } = cause.event;
          await transaction.query('INSERT INTO parcels VALUES ($1, $2, $3)', [cause.id, product, quantity]);
          await store.append(transaction, { id: cause.id, event: { type: 'ShipmentDispatched' }, cause });
        },
      },
    },
  });
  return { store, collector };
}
