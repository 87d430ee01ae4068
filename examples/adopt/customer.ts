// #region spec
import { defineEventTopic, type EventMessageOf } from 'temporal-event-topic';
import * as z from 'zod';

export const Customer = defineEventTopic({
  name: 'Customer',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Created'), name: z.string(), address: z.string() }),
    z.object({ type: z.literal('NameChanged'), name: z.string() }),
    z.object({ type: z.literal('Deleted') }),
  ]),
});
export type CustomerMessage = EventMessageOf<typeof Customer>;
// #endregion spec
