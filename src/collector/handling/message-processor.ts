import { type Decoded, decodeMessage } from '../decode/decode-message.ts';
import type { QueuedMessage } from '../decode/queued-message.ts';
import type { MessageRefusal } from '../refusal.ts';
import { type Attempt, type HandlingSpec, handleEvent, passOver, type Settled } from './event-handler.ts';
import { withinTime } from './within-time.ts';

/** What becomes of a message in the end: it may be deleted, or it comes again. */
export type MessageOutcome =
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
  try {
    return await withinTime(timeoutMs, async (signal) => {
      const decoded = await decodeMessage(spec, queued, signal);
      return await settle(spec, { queued, decoded, attempt: { number, signal } });
    });
  } catch (error) {
    if (spec.maxAttempts === undefined || number < spec.maxAttempts) return { kind: 'failed', error };
    const reason = `${number} attempts failed, the last one with: ${error instanceof Error ? error.message : error}`;
    return await exhausted(spec, {
      queued,
      refusal: { code: 'ATTEMPTS_EXHAUSTED', reason },
      number,
      timeoutMs,
    });
  }
}

interface Message {
  readonly queued: QueuedMessage;
  readonly decoded: Decoded;
  readonly attempt: Attempt;
}

async function settle(spec: ProcessorSpec, message: Message): Promise<MessageOutcome> {
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
): Promise<MessageOutcome> {
  if (spec.deadLetter === undefined) return { kind: 'parked', refusal };
  // The inbox does not pass it: where it remembers positions, those behind it wait for its redrive, or are reported as a gap.
  await spec.deadLetter(queued, refusal, attempt.signal);
  return { kind: 'settled', how: 'deadLettered', refusal };
}

interface Exhausted {
  readonly queued: QueuedMessage;
  readonly refusal: MessageRefusal;
  readonly number: number;
  readonly timeoutMs: number;
}

/** Its time is over; the dead-letter queue gets a time of its own. */
async function exhausted(
  spec: ProcessorSpec,
  { queued, refusal, number, timeoutMs }: Exhausted,
): Promise<MessageOutcome> {
  try {
    return await withinTime(timeoutMs, (signal) =>
      refuse(spec, { queued, attempt: { number, signal } }, refusal),
    );
  } catch (error) {
    return { kind: 'failed', error };
  }
}
