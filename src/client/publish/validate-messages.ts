import { $ZodAsyncError, type $ZodIssue, type $ZodType, safeParse } from 'zod/v4/core';
import type { MessageFault } from '../../common/errors.ts';
import { fitMessage, type MessageLimits } from '../../common/fit-message.ts';
import { jsonLosses } from '../../common/lossless-json.ts';
import type { EventMessage } from '../../common/message.ts';
import { attributeText, eventMessageSchema } from '../../common/message-schema.ts';
import type { Upload } from '../../common/offload.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';

/**
 * Either every message as it will travel, with the bodies that must be in the store before their entries are sent; or every
 * fault of every message.
 */
export type ValidatedMessages =
  | { readonly ok: true; readonly entries: readonly PublishEntry[]; readonly uploads: readonly Upload[] }
  | { readonly ok: false; readonly faults: readonly MessageFault[] };

type Fault = Pick<MessageFault, 'path' | 'reason'>;
type Faults = { readonly faults: readonly Fault[] };
type Checked = { readonly entry: PublishEntry; readonly upload?: Upload } | Faults;

/**
 * Checks messages against envelope, schema, ordering and SNS's size limit. What is checked is the JSON that will travel, and that it is what
 * the object in memory says: a Map or a NaN that JSON would change silently is refused here, not found by a collector later.
 */
export function validateMessages(
  topic: EventTopicDefinition,
  messages: readonly EventMessage[],
  limits: MessageLimits,
): ValidatedMessages {
  const checked = messages.map((message) => checkMessage(topic, message, limits));
  const faults = [
    ...checked.flatMap((result, index) => ('faults' in result ? locate(result.faults, messages, index) : [])),
    ...repeated(messages, 'meta.msgId', msgIdOf),
    ...(topic.ordering === 'position' ? repeated(messages, 'position', placeOf) : []),
  ];
  if (faults.length > 0) return { ok: false, faults: faults.sort((a, b) => a.index - b.index) };
  const accepted = checked.flatMap((result) => ('faults' in result ? [] : [result]));
  const uploads = accepted.flatMap(({ upload }) => upload ?? []);
  return { ok: true, entries: accepted.map(({ entry }) => entry), uploads };
}

function checkMessage(topic: EventTopicDefinition, message: unknown, limits: MessageLimits): Checked {
  const json = toJson(message);
  if ('faults' in json) return json;
  const { losses } = json;
  const faults = [
    ...losses,
    // What the schema says of what JSON has made of it is said already.
    ...[
      ...issues(eventMessageSchema, json.value),
      ...positionIssues(topic, json.value),
      ...eventIssues(topic, json.value),
    ].filter(({ path }) => !losses.some((loss) => isWithin(path, loss.path))),
  ];
  if (faults.length > 0) return { faults };
  return toEntry(topic, json.value as EventMessage, limits);
}

/** Whether a place is the other one, or in it. */
function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}

function toEntry(topic: EventTopicDefinition, message: EventMessage, limits: MessageLimits): Checked {
  const type = eventType(topic, message.event);
  if ('faults' in type) return type;
  const entry = { message, ...(type.value ? { eventType: type.value } : {}) };
  const fitted = fitMessage(topic.name, entry, limits);
  return 'tooLarge' in fitted ? { faults: [{ path: 'message', reason: fitted.tooLarge }] } : fitted;
}

function toJson(message: unknown): { readonly value: unknown; readonly losses: readonly Fault[] } | Faults {
  try {
    const value: unknown = JSON.parse(JSON.stringify(message) ?? 'null');
    const losses = jsonLosses(message).map(({ path, reason }) => ({ path: path || 'message', reason }));
    return { value, losses };
  } catch (error) {
    return { faults: [{ path: 'message', reason: `cannot be written as JSON: ${String(error)}` }] };
  }
}

function positionIssues(topic: EventTopicDefinition, message: unknown): readonly Fault[] {
  if (topic.ordering !== 'position' || typeof message !== 'object' || message === null) return [];
  if ('position' in message) return [];
  return [{ path: 'position', reason: 'is missing; the topic orders by position' }];
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
    const reason =
      error instanceof $ZodAsyncError
        ? "the topic's schema is asynchronous, and publish validates synchronously: take the asynchronous check out of the schema, and check that before you publish"
        : `the schema failed: ${error instanceof Error ? error.message : String(error)}`;
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
): { readonly value: string | undefined } | Faults {
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

/** A fault for each message that has what an earlier one has. */
function repeated(
  messages: readonly EventMessage[],
  path: string,
  keyOf: (message: EventMessage) => string | undefined,
): readonly MessageFault[] {
  const seen = new Map<string, number>();
  return messages.flatMap((message, index) => {
    const key = keyOf(message);
    if (key === undefined) return [];
    const first = seen.get(key) ?? index;
    seen.set(key, first);
    const reason = `is also the ${path.split('.').at(-1)} of message #${first}`;
    return first === index ? [] : [{ index, msgId: msgIdOf(message), path, reason }];
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

/** A position counts within its aggregate. */
function placeOf(message: Partial<EventMessage> | null | undefined): string | undefined {
  const { id, position } = message ?? {};
  return typeof id === 'string' && typeof position === 'number' ? `${position} ${id}` : undefined;
}
