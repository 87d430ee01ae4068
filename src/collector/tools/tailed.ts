import { messageGroupId } from '../../common/ids.ts';
import type { EventMessage } from '../../common/message.ts';
import { type Decoded, type DecodeSpec, decodeMessage } from '../decode/decode-message.ts';
import type { QueuedMessage } from '../decode/queued-message.ts';
import { reasonOf } from '../logger.ts';
import type { RefusalCode } from '../refusal.ts';

/** What a tail shows: an event, or a message that is none. */
export type Tailed<Message extends EventMessage = EventMessage> = TailedEvent<Message> | UndecodedMessage;

export interface TailedEvent<Message extends EventMessage = EventMessage> {
  readonly ok: true;
  /** As the topic's newest version has it. */
  readonly message: Message;
  readonly eventType: string | undefined;
  /** Audience, when an old event was sent again on purpose. */
  readonly republished: string | undefined;
  /** The message as it came. */
  readonly queued: QueuedMessage;
}

export interface UndecodedMessage {
  readonly ok: false;
  /** `CLAIM_CHECK_FAILED`: its body is in S3, and could not be read now. The others: see `RefusalCode`. */
  readonly code: RefusalCode | 'CLAIM_CHECK_FAILED';
  readonly reason: string;
  /** The envelope, when only the event in it is wrong. */
  readonly message: EventMessage | undefined;
  /** The message as it came. */
  readonly queued: QueuedMessage;
}

/** Reads a message for a tail, which shows what it cannot read. */
export async function toTailed(
  spec: DecodeSpec,
  queued: QueuedMessage,
  signal: AbortSignal,
): Promise<Tailed> {
  try {
    return ofDecoded(await decodeMessage(spec, queued, signal), queued);
  } catch (error) {
    return { ok: false, code: 'CLAIM_CHECK_FAILED', reason: reasonOf(error), message: undefined, queued };
  }
}

function ofDecoded(decoded: Decoded, queued: QueuedMessage): Tailed {
  if (!decoded.ok) {
    const { refusal, envelope } = decoded;
    return { ok: false, code: refusal.code, reason: refusal.reason, message: envelope?.original, queued };
  }
  const { message, eventType, republished } = decoded.event;
  return { ok: true, message, eventType, republished, queued };
}

export interface TailSelection {
  readonly ids: ReadonlySet<string> | undefined;
  readonly eventTypes: ReadonlySet<string> | undefined;
  readonly filter: ((tailed: Tailed) => boolean) | undefined;
}

/** Whether a tail shows it. What cannot be decoded goes by what is known of it. */
export function isWanted({ ids, eventTypes, filter }: TailSelection, tailed: Tailed): boolean {
  const { message, queued } = tailed;
  const type = (tailed.ok ? tailed.eventType : undefined) ?? queued.attributes['eventType'];
  if (ids !== undefined && !isOf(ids, message?.id, queued.group)) return false;
  // An upcast event may have another type than the one that SNS was asked for.
  const given = queued.attributes['eventType'] ?? type;
  if (eventTypes !== undefined && !eventTypes.has(given ?? '') && !eventTypes.has(type ?? '')) return false;
  return filter?.(tailed) ?? true;
}

function isOf(ids: ReadonlySet<string>, id: string | undefined, group: string): boolean {
  if (id !== undefined) return ids.has(id);
  return [...ids].some((wanted) => messageGroupId(wanted) === group);
}
