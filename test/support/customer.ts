import * as z from 'zod/v4';
import { createMeta } from '../../src/common/meta.ts';
import { defineEventTopic, type EventMessageOf, type EventTopicDefinition } from '../../src/event-topic.ts';

export const Customer = defineEventTopic({
  name: 'Customer',
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Created'), name: z.string(), address: z.string() }),
    z.object({ type: z.literal('NameChanged'), name: z.string() }),
  ]),
});

export type CustomerMessage = EventMessageOf<typeof Customer>;

/** A message of an aggregate with the given msgId. */
export function renamed(id: string, msgId: string): CustomerMessage {
  return {
    id,
    meta: { ...createMeta({ service: 'test' }), msgId, correlationId: msgId },
    event: { type: 'NameChanged', name: msgId },
  };
}

export type Customers = EventTopicDefinition<(typeof Customer)['event']>;

/** The same topic under another name: partitions, once chosen, belong to a name. */
export function customers(
  name: string,
  spec: { readonly ordering?: 'arrival' | 'position'; readonly partitions?: number } = {},
): Customers {
  return defineEventTopic({ name, event: Customer.event, ...spec });
}

/** Messages of one aggregate with positions. */
export function positioned(id: string, from: number, to: number): CustomerMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    ...renamed(id, `${id}-${from + index}`),
    position: from + index,
  }));
}

/** Messages `<id>-<from>` … `<id>-<to>` of one aggregate. */
export function renames(id: string, from: number, to: number): CustomerMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => renamed(id, `${id}-${from + index}`));
}
