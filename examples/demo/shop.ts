// The domain: two aggregate types of a shop, and what happens in it during the demo.
import { defineEventTopic } from 'temporal-event-topic';
import * as z from 'zod';

export const Customer = defineEventTopic({
  name: 'Customer',
  // What a process that dies did not publish still takes its place.
  ordering: 'position',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Created'), name: z.string(), address: z.string() }),
    z.object({ type: z.literal('AddressChanged'), address: z.string() }),
    z.object({ type: z.literal('NameChanged'), name: z.string() }),
    z.object({ type: z.literal('Deleted') }),
  ]),
});

// The same kind of union as ReScript writes it: a bare string for a variant without data.
export const Order = defineEventTopic({
  name: 'Order',
  ordering: 'position',
  event: z.union([
    z.object({ TAG: z.literal('Placed'), customer: z.string(), total: z.number() }),
    z.object({ TAG: z.literal('ItemAdded'), _0: z.string() }),
    z.literal('Paid'),
    z.literal('Shipped'),
  ]),
});

/** One append of the demo: events of one aggregate. */
export interface Append {
  readonly topic: 'Customer' | 'Order';
  readonly id: string;
  readonly events: readonly unknown[];
}

const customers = ['ada', 'grace', 'edsger', 'barbara'];
const orders = ['1001', '1002', '1003'];
const streets = ['Byron Street 1', 'Harbour Road 7', 'Canal 12', 'Mill Lane 3'];

/** The shop's first customers and orders. */
export function opening(): Append[] {
  return [
    ...customers.map((id, n) => customer(id, { type: 'Created', name: id, address: streets[n] })),
    ...orders.map((id, n) => order(id, { TAG: 'Placed', customer: customers[n], total: 10 * (n + 1) })),
  ];
}

/** A round of business: every aggregate changes, some by two events at once. */
export function business(round: number): Append[] {
  return [
    ...customers.map((id, n) =>
      n === round % customers.length
        ? customer(id, { type: 'NameChanged', name: `${id} ${round}` }, moved(round))
        : customer(id, moved(round)),
    ),
    ...orders.map((id) => order(id, { TAG: 'ItemAdded', _0: `item ${round}` })),
  ];
}

/** What happens in the process that dies, and what another one does with the same customer. */
export function interrupted(): { readonly dies: Append; readonly next: Append } {
  return {
    dies: customer('grace', { type: 'NameChanged', name: 'Grace H.' }, moved(7)),
    next: customer('grace', moved(8)),
  };
}

/** The last things that happen. */
export function closing(): Append[] {
  return [customer('barbara', { type: 'Deleted' }), ...orders.map((id) => order(id, 'Paid', 'Shipped'))];
}

function moved(round: number): unknown {
  return { type: 'AddressChanged', address: `${streets[round % streets.length]}, flat ${round}` };
}

function customer(id: string, ...events: unknown[]): Append {
  return { topic: 'Customer', id, events };
}

function order(id: string, ...events: unknown[]): Append {
  return { topic: 'Order', id, events };
}
