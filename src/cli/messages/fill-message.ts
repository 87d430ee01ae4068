import type { EventMessage } from '../../common/message.ts';
import { createMeta } from '../../common/meta.ts';

/** What the command line adds to a message that a person has written. */
export interface Missing {
  /** Service that the message is of: with it, what is missing of `meta` is made. Undefined: nothing is, and an incomplete message is refused. */
  readonly service: string | undefined;
  /** Aggregate id, where the command names it. Default: the message has it. */
  readonly id?: string;
  /** Where the command knows it. Default: a new one. */
  readonly msgId?: string;
}

export interface Filled {
  readonly message: EventMessage;
  /** It has a new msgId: published again, it is another event. */
  readonly isNew: boolean;
}

/** A message as it is written, with what is missing of it. What is no message is left as it is: the client says what is wrong with it. */
export function fillMessage(written: unknown, missing: Missing): Filled {
  if (!isObject(written)) return { message: written as EventMessage, isNew: false };
  const { service, id, msgId } = missing;
  const named = id !== undefined && written['id'] === undefined ? { id, ...written } : written;
  const meta = named['meta'] ?? {};
  if (service === undefined || !isObject(meta)) return { message: named as never, isNew: false };
  const known = msgId !== undefined && meta['msgId'] === undefined ? { msgId, ...meta } : meta;
  const filled = createMeta({ ...known, service: textOf(known['service']) ?? service });
  return { message: { ...named, meta: filled } as never, isNew: known['msgId'] === undefined };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
