import { jsonLosses } from '../common/lossless-json.ts';
import type { EventMessage } from '../common/message.ts';
import { eventMessageSchema } from '../common/message-schema.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';

/** Type of an event, as the topic's definition makes it; undefined when it has none. */
export type EventTypeOf = (event: unknown) => string | undefined;

/** A stored message on its way, with its place in the stream. */
export interface StreamEntry extends PublishEntry {
  readonly message: EventMessage & { readonly position: number };
}

/**
 * What the EventLog gave, as it travels: its JSON. Throws a `TypeError` that says what is wrong when it is not a message
 * of that aggregate with a position after `after`: published, it would be a wrong event in the stream.
 */
export function toStreamEntry(
  message: unknown,
  { id, after }: { readonly id: string; readonly after: number },
  eventTypeOf: EventTypeOf,
): StreamEntry {
  const json = toMessage(message);
  const { position } = json;
  if (json.id !== id) throw new TypeError(`it is a message of the aggregate ${JSON.stringify(json.id)}`);
  if (position === undefined) throw new TypeError('it has no position');
  if (position <= after) throw new TypeError(`its position is not after ${after}`);
  const eventType = eventTypeOf(json.event);
  return { message: { ...json, position }, ...(eventType ? { eventType } : {}) };
}

function toMessage(message: unknown): EventMessage {
  const json: unknown = JSON.parse(JSON.stringify(message) ?? 'null');
  const parsed = eventMessageSchema.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`,
    );
    throw new TypeError(`it is not a message: ${faults.join('; ')}`);
  }
  const [loss] = jsonLosses(message);
  if (loss) throw new TypeError(`${loss.path} ${loss.reason}`);
  const valid = json as EventMessage;
  if (valid.event === undefined) throw new TypeError('it has no event');
  return valid;
}
