import { type Decoded, decodeMessage, type Envelope } from '../decode/decode-message.ts';
import type { QueuedMessage } from '../decode/queued-message.ts';
import { reasonOf } from '../logger.ts';
import type { MessageRefusal } from '../refusal.ts';
import { type Attempt, type HandlingSpec, handleEvent, passOver, type Settled } from './event-handler.ts';
import { withinTime } from './within-time.ts';

/** Which event a message is, as far as it could be read. */
export interface EventIds {
  readonly topic: string;
  readonly msgId: string;
  readonly position?: number;
}

/** What becomes of a message in the end: it may be deleted, or it comes again. */
export type MessageOutcome = Ending & { readonly ids?: EventIds };

type Ending =
  | { readonly kind: 'settled'; readonly how: Settled | 'deadLettered'; readonly refusal?: MessageRefusal }
  /** Try again after a while, and nothing of its aggregate before. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Trying again cures nothing: its aggregate stops there. */
  | { readonly kind: 'parked'; readonly refusal: MessageRefusal };

export interface ProcessorSpec extends HandlingSpec {
  /** Where refused messages go; undefined: their aggregate is parked. Resolves when they are there. */
  readonly deadLetter:
    | ((queued: QueuedMessage, refusal: MessageRefusal, signal: AbortSignal) => Promise<void>)
    | undefined;
  /** An event that failed this often is refused. Undefined: it is tried for ever. */
  readonly maxAttempts: number | undefined;
}

/** Decodes and handles one message, within that time. Never rejects. */
export async function processMessage(
  spec: ProcessorSpec,
  queued: QueuedMessage,
  { number, timeoutMs }: { readonly number: number; readonly timeoutMs: number },
): Promise<MessageOutcome> {
  let envelope: Envelope | undefined;
  const end = async (): Promise<Ending> => {
    try {
      return await withinTime(timeoutMs, async (limit) => {
        const decoded = await decodeMessage(spec, queued, limit.signal);
        envelope = decoded.ok ? decoded.event : decoded.envelope;
        return await settle(spec, { queued, decoded, attempt: { number, ...limit } });
      });
    } catch (error) {
      if (spec.maxAttempts === undefined || number < spec.maxAttempts) return { kind: 'failed', error };
      return await exhausted(spec, { queued, error, number, timeoutMs });
    }
  };
  const ending = await end();
  return envelope ? { ...ending, ids: idsOf(envelope) } : ending;
}

function idsOf({ topic, original: { meta, position } }: Envelope): EventIds {
  return { topic: topic.name, msgId: meta.msgId, ...(position === undefined ? {} : { position }) };
}

interface Message {
  readonly queued: QueuedMessage;
  readonly decoded: Decoded;
  readonly attempt: Attempt;
}

async function settle(spec: ProcessorSpec, message: Message): Promise<Ending> {
  const { decoded } = message;
  if (decoded.ok) {
    const result = await handleEvent(spec, decoded.event, message.attempt);
    return 'settled' in result
      ? { kind: 'settled', how: result.settled }
      : await refuse(spec, message, result.refusal);
  }
  if (decoded.refusal.code === 'UNKNOWN_EVENT_TYPE' && spec.onUnknown === 'ignore') {
    const { envelope } = decoded;
    const how = envelope ? await passOver(spec, envelope, message.attempt) : 'ignored';
    return { kind: 'settled', how };
  }
  return await refuse(spec, message, decoded.refusal);
}

async function refuse(
  spec: ProcessorSpec,
  { queued, attempt }: Pick<Message, 'queued' | 'attempt'>,
  refusal: MessageRefusal,
): Promise<Ending> {
  if (spec.deadLetter === undefined) return { kind: 'parked', refusal };
  // The inbox does not pass it: where it remembers positions, those behind it wait for its redrive, or are reported as a gap.
  await spec.deadLetter(queued, refusal, attempt.signal);
  return { kind: 'settled', how: 'deadLettered', refusal };
}

interface Exhausted {
  readonly queued: QueuedMessage;
  readonly error: unknown;
  readonly number: number;
  readonly timeoutMs: number;
}

/** Its time is over; the dead-letter queue gets a time of its own. */
async function exhausted(
  spec: ProcessorSpec,
  { queued, error, number, timeoutMs }: Exhausted,
): Promise<Ending> {
  const reason = `${number} attempts failed, the last one with: ${reasonOf(error)}`;
  const refusal = { code: 'ATTEMPTS_EXHAUSTED', reason } as const;
  try {
    return await withinTime(timeoutMs, (limit) =>
      refuse(spec, { queued, attempt: { number, ...limit } }, refusal),
    );
  } catch (sendError) {
    return { kind: 'failed', error: sendError };
  }
}
