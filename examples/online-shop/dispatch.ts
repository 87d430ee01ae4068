// Dispatch: the shop's side of the ExtensionPoint. What other plugins hear of an order is not the shop's own event.
import type { Client } from '@temporalio/client';
import type { PoolClient } from 'pg';
import { EventTopic } from 'temporal-event-topic/client';
import { defineEventMapper, EventCollector, transactionOf } from 'temporal-event-topic/collector';
import { Fulfilment } from './extension-point.ts';
import type { Shop } from './plugin.ts';
import { Order } from './topics.ts';

// #region mapper
/** Nothing is stored: the same event is mapped to the same message, with the same msgId, however often. */
export const dispatch = defineEventMapper({
  name: 'Dispatch',
  topics: [Order],
  to: [Fulfilment],
  transaction: transactionOf<PoolClient>(),
  service: 'shop',
  map: {
    Order: {
      OrderPlaced: 'ignore',
      OrderPaid: async ({ id }, { transaction }) => {
        // What was ordered does not change, so a repeat finds the same.
        const { rows } = await transaction.query<{ product: string; quantity: number }>(
          'SELECT product, quantity FROM orders WHERE id = $1',
          [id],
        );
        return rows.map((what) => ({
          topic: 'Fulfilment',
          id,
          event: { type: 'FulfilmentRequested', ...what },
        }));
      },
      OrderShipped: 'ignore',
      OrderCancelled: 'ignore',
    },
  },
});

export function createDispatch(
  shop: Shop,
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
) {
  const fulfilment = new EventTopic(Fulfilment, { client, taskQueue });
  return new EventCollector({ ...dispatch.options({ Fulfilment: fulfilment }), ...shop.queue('Dispatch') });
}
// #endregion mapper
