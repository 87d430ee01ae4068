// What the shop and its plugins for shipping tell each other. Shipping knows this file of the shop, and no other.
import { defineEventTopic } from 'temporal-event-topic';
import * as z from 'zod';

/** The shop asks. An aggregate is an order. */
export const Fulfilment = defineEventTopic({
  name: 'Fulfilment',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('FulfilmentRequested'), product: z.string(), quantity: z.number() }),
  ]),
});

/** A plugin answers. An aggregate is an order's shipment. */
export const Shipment = defineEventTopic({
  name: 'Shipment',
  ordering: 'position',
  event: z.discriminatedUnion('type', [z.object({ type: z.literal('ShipmentDispatched') })]),
});
