// The two topics of the fault run: the names are those of `infra/index.ts`.
import * as z from 'zod/v4';
import { defineEventTopic } from '../../src/event-topic.ts';

const event = z.object({ type: z.literal('Happened'), number: z.number(), text: z.string() });

export const Customer = defineEventTopic({ name: 'Customer', event });
export const Order = defineEventTopic({ name: 'Order', event });

export type TopicName = 'Customer' | 'Order';
