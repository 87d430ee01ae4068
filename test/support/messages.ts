// The Customer topic of the examples, in both forms in which applications write events, and messages for it.
import * as z from 'zod/v4';
import type { MessageMeta } from '../../src/common/message.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import { defineEventTopic, type EventMessageOf } from '../../src/event-topic.ts';

const customerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Created'), name: z.string(), address: z.string() }),
  z.object({ type: z.literal('AddressChanged'), address: z.string() }),
  z.object({ type: z.literal('NameChanged'), name: z.string() }),
  z.object({ type: z.literal('Deleted') }),
]);

/** Events discriminated by `type`. */
export const Customer = defineEventTopic({ name: 'Customer', event: customerEvent });

const rescriptCustomerEvent = z.union([
  z.discriminatedUnion('TAG', [
    z.object({ TAG: z.literal('Created'), name: z.string(), address: z.string() }),
    z.object({ TAG: z.literal('AddressChanged'), _0: z.string() }),
    z.object({ TAG: z.literal('NameChanged'), _0: z.string() }),
  ]),
  z.literal('Deleted'),
]);

/** The same events as ReScript writes them: `{"TAG":"NameChanged","_0":"…"}`, and a bare string without content. */
export const RescriptCustomer = defineEventTopic({ name: 'Customer', event: rescriptCustomerEvent });

export type CustomerMessage = EventMessageOf<typeof Customer>;
export type CustomerEvent = CustomerMessage['event'];

/** What a test says of a message; the rest is made from its number. */
export interface MessageFields<Event> {
  /** Aggregate id. Default: `C-1`. */
  readonly id?: string;
  /** Default: `m-<number>`. */
  readonly msgId?: string;
  /** Default: `NameChanged` to `Name <number>`. */
  readonly event?: Event;
  readonly meta?: Partial<MessageMeta>;
  readonly position?: number;
}

/** A valid message, the same one for the same arguments: `customerMessage(3)` has the msgId `m-3`. */
export function customerMessage(number: number, fields: MessageFields<CustomerEvent> = {}): CustomerMessage {
  const { id = 'C-1', event = { type: 'NameChanged', name: `Name ${number}` }, position } = fields;
  const meta = { ...customerMeta(fields.msgId ?? `m-${number}`), ...fields.meta };
  return { id, meta, event, ...(position === undefined ? {} : { position }) };
}

/** The message on its way to the publisher workflow. */
export function customerEntry(number: number, fields: MessageFields<CustomerEvent> = {}): PublishEntry {
  const message = customerMessage(number, fields);
  return { message, eventType: message.event.type };
}

/** `customerEntry(from)` … `customerEntry(to)`. */
export function customerEntries(
  from: number,
  to: number,
  fields: MessageFields<CustomerEvent> = {},
): readonly PublishEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => customerEntry(from + index, fields));
}

/** An entry whose JSON has exactly this many characters; the same one for the same arguments. */
export function entryOfChars(number: number, chars: number): PublishEntry {
  const named = (name: string): PublishEntry =>
    customerEntry(number, { event: { type: 'NameChanged', name } });
  return named('x'.repeat(chars - JSON.stringify(named('')).length));
}

/** `entryOfChars(from, chars)` … `entryOfChars(to, chars)`. */
export function entriesOfChars(from: number, to: number, chars: number): readonly PublishEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => entryOfChars(from + index, chars));
}

/** A valid meta, correlated with itself. */
export function customerMeta(msgId: string): MessageMeta {
  return {
    service: 'crm',
    time: '2026-01-31T12:00:00.000Z',
    ip: '10.0.0.7',
    user: 'ada',
    msgId,
    correlationId: msgId,
  };
}

export function msgIdsOf(entries: readonly PublishEntry[]): readonly string[] {
  return entries.map(({ message }) => message.meta.msgId);
}
