// The shop's own topics. All are ordered by position: what is stored in the EventLog has its place.
import { defineEventTopic } from 'temporal-event-topic';
import * as z from 'zod';

export const Order = defineEventTopic({
  name: 'Order',
  ordering: 'position',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('OrderPlaced'), product: z.string(), quantity: z.number().int().positive() }),
    z.object({ type: z.literal('OrderPaid') }),
    z.object({ type: z.literal('OrderShipped') }),
    z.object({ type: z.literal('OrderCancelled'), reason: z.string() }),
  ]),
});

/** An aggregate is a product: its orders are served one after the other. */
export const Inventory = defineEventTopic({
  name: 'Inventory',
  ordering: 'position',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('StockReserved'), order: z.string(), amount: z.number() }),
    z.object({ type: z.literal('StockRefused'), order: z.string(), reason: z.string() }),
    z.object({ type: z.literal('StockReleased'), order: z.string(), reason: z.string() }),
  ]),
});

/** An aggregate is the payment of an order. */
export const Payment = defineEventTopic({
  name: 'Payment',
  ordering: 'position',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('PaymentAccepted'), amount: z.number() }),
    z.object({ type: z.literal('PaymentRefused'), reason: z.string() }),
  ]),
});
