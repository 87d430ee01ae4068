import { type $ZodIssue, type $ZodType, safeParse } from 'zod/v4/core';
import type { MessageFault } from '../common/errors.ts';
import type { EventMessage } from '../common/message.ts';
import { attributeText, eventMessageSchema } from '../common/message-schema.ts';
import type { PublishEntry } from '../common/publisher-protocol.ts';
import { toWireMessage, wireSize } from '../common/wire-format.ts';
import type { EventTopicDefinition } from '../event-topic.ts';

/** Either every message as it will travel, or every fault of every message. */
export type ValidatedMessages =
  | { readonly ok: true; readonly entries: readonly PublishEntry[] }
  | { readonly ok: false; readonly faults: readonly MessageFault[] };

type Fault = Pick<MessageFault, 'path' | 'reason'>;
type Checked = { readonly entry: PublishEntry } | { readonly faults: readonly Fault[] };

/**
 * Checks messages against envelope, schema and SNS's size limit. What is checked is the JSON that will travel, not the
 * object in memory: a Date, a Map or a NaN that JSON would change silently is refused by the schema here, not found by a
 * collector later.
 */
export function validateMessages(
  topic: EventTopicDefinition,
  messages: readonly EventMessage[],
  maxMessageBytes: number,
): ValidatedMessages {
  const checked = messages.map((message) => checkMessage(topic, message, maxMessageBytes));
  const faults = [
    ...checked.flatMap((result, index) => ('faults' in result ? locate(result.faults, messages, index) : [])),
    ...repeatedMsgIds(messages),
  ];
  if (faults.length > 0) return { ok: false, faults: faults.sort((a, b) => a.index - b.index) };
  return { ok: true, entries: checked.flatMap((result) => ('entry' in result ? [result.entry] : [])) };
}

function checkMessage(topic: EventTopicDefinition, message: unknown, maxMessageBytes: number): Checked {
  const json = toJson(message);
  if ('faults' in json) return json;
  const faults = [...issues(eventMessageSchema, json.value), ...eventIssues(topic, json.value)];
  if (faults.length > 0) return { faults };
  return toEntry(topic, json.value as EventMessage, maxMessageBytes);
}

function toEntry(topic: EventTopicDefinition, message: EventMessage, maxMessageBytes: number): Checked {
  const type = eventType(topic, message.event);
  if ('faults' in type) return type;
  const entry = { message, ...(type.value ? { eventType: type.value } : {}) };
  const size = wireSize(toWireMessage(topic.name, entry));
  if (size <= maxMessageBytes) return { entry };
  const reason = `${size} bytes with its attributes; SNS takes ${maxMessageBytes} (the topic's MaximumMessageSize)`;
  return { faults: [{ path: 'message', reason }] };
}

function toJson(message: unknown): { readonly value: unknown } | { readonly faults: readonly Fault[] } {
  try {
    return { value: JSON.parse(JSON.stringify(message) ?? 'null') };
  } catch (error) {
    return { faults: [{ path: 'message', reason: `cannot be written as JSON: ${String(error)}` }] };
  }
}

function eventIssues(topic: EventTopicDefinition, message: unknown): readonly Fault[] {
  if (typeof message !== 'object' || message === null) return [];
  if (!('event' in message))
    return [{ path: 'event', reason: 'is missing, or is nothing that JSON can hold' }];
  return issues(topic.event, message.event, ['event']);
}

function issues(schema: $ZodType, value: unknown, path: readonly PropertyKey[] = []): readonly Fault[] {
  try {
    const result = safeParse(schema, value);
    return result.success ? [] : result.error.issues.flatMap((issue) => describeIssue(issue, path));
  } catch (error) {
    // A refinement that throws, or one that is asynchronous: publish validates synchronously.
    const reason = `the schema failed: ${error instanceof Error ? error.message : String(error)}`;
    return [{ path: path.join('.') || 'message', reason }];
  }
}

/** A failed union says nothing by itself: the alternative that came closest says what is wrong. */
function describeIssue(issue: $ZodIssue, parent: readonly PropertyKey[]): readonly Fault[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [closest = []] = [...issue.errors].sort((a, b) => distance(a) - distance(b));
    return closest.flatMap((inner) => describeIssue(inner, path));
  }
  return [{ path: path.map(String).join('.') || 'message', reason: issue.message }];
}

/** How far a union's alternative is from fitting: a wrong literal (another variant) is far, a fault deep inside is near. */
function distance(issues: readonly $ZodIssue[]): number {
  const isOtherVariant = issues.some((issue) => issue.code === 'invalid_value' && issue.values.length === 1);
  const depth = Math.max(...issues.map(({ path }) => path.length));
  return (isOtherVariant ? 1e6 : 0) - 1e3 * depth + issues.length;
}

function eventType(
  topic: EventTopicDefinition,
  event: unknown,
): { readonly value: string | undefined } | { readonly faults: readonly Fault[] } {
  try {
    const value: unknown = topic.eventType(event);
    const checked = attributeText.optional().safeParse(value);
    if (checked.success) return { value: checked.data };
    return {
      faults: checked.error.issues.map(({ message }) => ({
        path: 'event',
        reason: `eventType(): ${message}`,
      })),
    };
  } catch (error) {
    return { faults: [{ path: 'event', reason: `eventType() failed: ${String(error)}` }] };
  }
}

function repeatedMsgIds(messages: readonly EventMessage[]): readonly MessageFault[] {
  const seen = new Map<string, number>();
  return messages.flatMap((message, index) => {
    const msgId = msgIdOf(message);
    if (!msgId) return [];
    const first = seen.get(msgId);
    if (first !== undefined)
      return [{ index, msgId, path: 'meta.msgId', reason: `is also the msgId of message #${first}` }];
    seen.set(msgId, index);
    return [];
  });
}

function locate(
  faults: readonly Fault[],
  messages: readonly EventMessage[],
  index: number,
): readonly MessageFault[] {
  return faults.map((fault) => ({ index, msgId: msgIdOf(messages[index]), ...fault }));
}

// The message may be anything here: it has not passed the checks.
function msgIdOf(message: Partial<EventMessage> | null | undefined): string | undefined {
  const msgId = message?.meta?.msgId;
  return typeof msgId === 'string' && msgId !== '' ? msgId : undefined;
}
