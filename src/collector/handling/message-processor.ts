import { type Decoded, decodeMessage, type Envelope } from '../decode/decode-message.ts';
import type { QueuedMessage } from '../decode/queued-message.ts';
import { reasonOf } from '../logger.ts';
import type { MessageRefusal } from '../refusal.ts';
import { countOutcome } from './count-outcome.ts';
import { handleEvent, passOver } from './event-handler.ts';
import type { Attempt, HandlingResult, HandlingSpec, Settled, Turn } from './handling-spec.ts';
import { handleHeld } from './stored-events.ts';
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
  | {
      readonly kind: 'settled';
      readonly how: Settled | 'deadLettered';
      readonly refusal?: MessageRefusal;
      /** Events that came early may be next now. */
      readonly held?: boolean;
    }
  /** Try again after a while, and nothing of its aggregate before. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Trying again cures nothing: its aggregate stops there. */
  | { readonly kind: 'parked'; readonly refusal: MessageRefusal }
  /** There was no time for those that waited for it: it comes again, and brings them. */
  | { readonly kind: 'interrupted' };

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
  turn: Turn,
): Promise<MessageOutcome> {
  const { number } = turn;
  let envelope: Envelope | undefined;
  const end = async (): Promise<Ending> => {
    try {
      return await withinTime(turn.timeoutMs(), async (limit) => {
        const decoded = await decodeMessage(spec, queued, limit.signal);
        envelope = decoded.ok ? decoded.event : decoded.envelope;
        return await settle(spec, { queued, decoded, attempt: { number, ...limit } });
      });
    } catch (error) {
      if (spec.maxAttempts === undefined || number < spec.maxAttempts) return { kind: 'failed', error };
      return await exhausted(spec, { queued, error, turn });
    }
  };
  const ending = await withHeld(spec, { ending: await end(), envelope, turn });
  const outcome = envelope ? { ...ending, ids: idsOf(envelope) } : ending;
  countOutcome(spec.collector, queued, outcome);
  return outcome;
}

interface Ended {
  readonly ending: Ending;
  readonly envelope: Envelope | undefined;
  readonly turn: Turn;
}

/** Its own event is done; those that waited for it may fail, and then it brings them again. */
async function withHeld(spec: ProcessorSpec, { ending, envelope, turn }: Ended): Promise<Ending> {
  if (ending.kind !== 'settled' || !ending.held || envelope === undefined) return ending;
  return (await handleHeld(spec, envelope, turn)) ?? ending;
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
    return 'settled' in result ? settledBy(result) : await refuse(spec, message, result.refusal);
  }
  if (decoded.refusal.code === 'UNKNOWN_EVENT_TYPE' && spec.onUnknown === 'ignore') {
    const { envelope } = decoded;
    if (envelope === undefined) return { kind: 'settled', how: 'ignored' };
    return settledBy(await passOver(spec, envelope, message.attempt));
  }
  return await refuse(spec, message, decoded.refusal);
}

function settledBy({ settled, held }: Extract<HandlingResult, { settled: Settled }>): Ending {
  return { kind: 'settled', how: settled, held };
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
  readonly turn: Turn;
}

/** Its time is over; the dead-letter queue gets a time of its own. */
async function exhausted(spec: ProcessorSpec, { queued, error, turn }: Exhausted): Promise<Ending> {
  const { number } = turn;
  const reason = `${number} attempts failed, the last one with: ${reasonOf(error)}`;
  const refusal = { code: 'ATTEMPTS_EXHAUSTED', reason } as const;
  try {
    return await withinTime(turn.timeoutMs(), (limit) =>
      refuse(spec, { queued, attempt: { number, ...limit } }, refusal),
    );
  } catch (sendError) {
    return { kind: 'failed', error: sendError };
  }
}
