import type { EventMessage } from '../../common/message.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { type DecodedEvent, decodeStored, type Envelope } from '../decode/decode-message.ts';
import { handlerOf } from '../handlers.ts';
import { reasonOf } from '../logger.ts';
import { own } from '../own.ts';
import { arrivalOf, askInbox, doNothing } from './ask-inbox.ts';
import type { Attempt, HandlingSpec, Turn } from './handling-spec.ts';
import { withinTime } from './within-time.ts';

// Events that are not those on the queue: the EventLog or the inbox has them.

/** Handles what the EventLog has between what was handled and what came. */
export async function fillGap(
  spec: HandlingSpec,
  { topic, message: { id, position = 0 } }: DecodedEvent,
  { expected, attempt }: { readonly expected: number; readonly attempt: Attempt },
): Promise<void> {
  const eventLog = own(spec.eventLogs, topic.name);
  if (eventLog === undefined) return;
  let next = expected;
  for await (const stored of eventLog.readStream(id, expected)) {
    attempt.signal.throwIfAborted();
    if ((stored?.position ?? 0) >= position) return;
    if (stored?.id !== id || stored.position !== next)
      throw new Error(
        `the EventLog of ${topic.name} was asked for ${id} from ${next}, and gave ${stored?.id} at ${stored?.position}`,
      );
    await handleStored(spec, topic, { stored, attempt });
    next += 1;
  }
}

/** What keeps held events from going on: their own trouble, or that there is no time. Either way the message that brought them must come again, and is not to blame. */
export type HeldTrouble =
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'interrupted' };

/**
 * Handles what came early once, as far as it is next now, each within a time of its own; where gaps are not waited for, all of it. Resolves with what keeps it from going on.
 */
export async function handleHeld(
  spec: HandlingSpec,
  { topic, original }: Envelope,
  turn: Omit<Turn, 'number'>,
): Promise<HeldTrouble | undefined> {
  const { inbox, collector } = spec;
  const aggregate = { collector, topic: topic.name, id: original.id };
  const acceptGap = spec.onGap !== 'hold';
  try {
    for (;;) {
      const stored = await inbox?.nextHeld(aggregate, acceptGap ? { before: Number.MAX_SAFE_INTEGER } : {});
      if (stored === undefined) return undefined;
      if (!(await turn.mayGoOn())) return { kind: 'interrupted' };
      await withinTime(turn.timeoutMs(), (limit) =>
        handleStored(spec, topic, { stored, acceptGap, attempt: { number: 1, ...limit } }),
      );
    }
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** Hands over what is held before an event that does not wait for what is missing. */
export async function handleHeldBefore(
  spec: HandlingSpec,
  { topic, original }: Envelope,
  attempt: Attempt,
): Promise<void> {
  const { inbox, collector } = spec;
  const aggregate = { collector, topic: topic.name, id: original.id };
  for (;;) {
    const stored = await inbox?.nextHeld(aggregate, { before: original.position ?? 0 });
    if (stored === undefined) return;
    attempt.signal.throwIfAborted();
    await handleStored(spec, topic, { stored, attempt, acceptGap: true });
  }
}

interface Stored {
  readonly stored: EventMessage;
  readonly attempt: Attempt;
  readonly acceptGap?: boolean;
}

async function handleStored(
  spec: HandlingSpec,
  topic: EventTopicDefinition,
  { stored, attempt, acceptGap = false }: Stored,
): Promise<void> {
  const arrival = { ...arrivalOf(spec, topic, stored), acceptGap };
  const decoded = decodeStored(spec, topic, stored);
  if (!decoded.ok) {
    const isUnknown = decoded.refusal.code === 'UNKNOWN_EVENT_TYPE' && spec.onUnknown === 'ignore';
    if (!isUnknown) throw troubleWith(topic, stored, `it is refused: ${decoded.refusal.reason}`);
    await spec.inbox?.handle(arrival, doNothing, attempt.signal);
    return;
  }
  const { event } = decoded;
  const handler = handlerOf(spec.handlers, topic.name, event.eventType);
  if (handler === undefined && spec.onUnknown === 'park')
    throw troubleWith(topic, stored, `nobody here handles its type, ${event.eventType}`);
  try {
    const task = { event, collector: spec.collector, handler: handler ?? 'ignore', attempt } as const;
    if (spec.inbox) await askInbox(spec.inbox, arrival, task);
  } catch (error) {
    // Not the handler's own error: a RefusedEvent would refuse the message on the queue.
    throw troubleWith(topic, stored, reasonOf(error), error);
  }
}

function troubleWith(
  topic: EventTopicDefinition,
  { id, position, meta }: EventMessage,
  ...[reason, cause]: readonly [reason: string, cause?: unknown]
): Error {
  const where = `${topic.name} ${id} at position ${position} (msgId ${meta?.msgId})`;
  return new Error(`An earlier or held event, ${where}: ${reason}`, { cause });
}
