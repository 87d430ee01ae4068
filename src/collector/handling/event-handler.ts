import { EventTopicError } from '../../common/errors.ts';
import type { EventStreamReader } from '../../common/event-log.ts';
import type { EventMessage } from '../../common/message.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { type DecodedEvent, type DecodeSpec, decodeStored, type Envelope } from '../decode/decode-message.ts';
import { handlerOf, type UntypedHandler, type UntypedHandlers } from '../handlers.ts';
import type { Arrival, Inbox, InboxAnswer } from '../inbox.ts';
import { isRefusedEvent, type MessageRefusal } from '../refusal.ts';
import type { TimeLimit } from './within-time.ts';

/** How events are handled once they are decoded. */
export interface HandlingSpec extends DecodeSpec {
  /** Name under which the inbox remembers. */
  readonly collector: string;
  readonly handlers: UntypedHandlers | UntypedHandler;
  readonly inbox: Inbox | undefined;
  readonly onUnknown: 'ignore' | 'park';
  readonly onGap: 'hold' | 'report' | 'accept';
  /** Who knows events that did not come, by topic. */
  readonly eventLogs: Readonly<Record<string, EventStreamReader>>;
  /** Told of events that were handled although others before them are missing. */
  readonly report: (gap: Gap) => void;
}

/** Events of a stream that a collector did not get. */
export interface Gap {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  /** The first position that is missing. */
  readonly expected: number;
  /** The position that came. */
  readonly position: number;
}

/** How an event ended that needs not come again. */
export type Settled = 'handled' | 'duplicate' | 'ignored' | 'held';

/** What a message came to. */
export type HandlingResult = { readonly settled: Settled } | { readonly refusal: MessageRefusal };

/** One attempt at one event. */
export interface Attempt extends TimeLimit {
  readonly number: number;
}

/**
 * Handles one event: the inbox decides whether it is run. Rejects with what the handler rejected with: try again later.
 *
 * An event that comes early brings what is missing from the EventLog first, if there is one; else it is held in the inbox until the missing ones come, or is taken and reported.
 */
export async function handleEvent(
  spec: HandlingSpec,
  event: DecodedEvent,
  attempt: Attempt,
): Promise<HandlingResult> {
  const handler = handlerOf(spec.handlers, event.topic.name, event.eventType);
  if (handler === undefined) return unknown(spec, event, attempt);
  try {
    return { settled: await throughInbox(spec, { event, handler, attempt }) };
  } catch (error) {
    if (!isRefusedEvent(error)) throw error;
    return { refusal: { code: 'REFUSED_BY_HANDLER', reason: error.message } };
  }
}

interface Task {
  readonly event: DecodedEvent;
  readonly handler: UntypedHandler | 'ignore';
  readonly attempt: Attempt;
}

async function unknown(spec: HandlingSpec, event: DecodedEvent, attempt: Attempt): Promise<HandlingResult> {
  if (spec.onUnknown === 'ignore')
    return { settled: await throughInbox(spec, { event, handler: 'ignore', attempt }) };
  const { topic, eventType } = event;
  const reason = `nobody here handles events of type ${eventType ?? '(none)'} of the topic ${topic.name}`;
  return { refusal: { code: 'UNKNOWN_EVENT_TYPE', reason } };
}

/** Lets the watermark pass an event that nobody here knows, in its turn. */
export async function passOver(spec: HandlingSpec, envelope: Envelope, attempt: Attempt): Promise<Settled> {
  const event = {
    ...envelope,
    message: envelope.original,
    eventType: undefined,
    republished: undefined,
  };
  return await throughInbox(spec, { event, handler: 'ignore', attempt });
}

/** A place in a stream that will stay empty. */
export interface SkippedEvent {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  readonly position: number;
}

/** Lets an aggregate go on without the event that it waits for, and handles those that waited behind it. Throws `OPERATION_REFUSED` when it waits for another one. */
export async function skipEvent(spec: HandlingSpec, skipped: SkippedEvent, limit: TimeLimit): Promise<void> {
  const { id, position } = skipped;
  const topic = spec.topics.find(({ name, ordering }) => name === skipped.topic && ordering === 'position');
  if (spec.inbox === undefined || topic === undefined)
    throw refusal(skipped, 'The collector has no inbox, or does not handle a topic of that name by position');
  const original = { id, position, event: null, meta: {} } as unknown as EventMessage;
  const answer = await spec.inbox.handle(arrivalOf(spec, topic, original), nothing, limit.signal);
  if (answer.outcome === 'early')
    throw refusal(skipped, `The aggregate waits for the event at position ${answer.expected}`);
  if (answer.outcome === 'duplicate') throw refusal(skipped, 'The event at that position was handled');
  await handleHeld(spec, { topic, original }, { number: 1, ...limit });
}

function refusal(details: SkippedEvent, fact: string): EventTopicError {
  return new EventTopicError('OPERATION_REFUSED', fact, {
    details: { ...details },
    action: 'Nothing was skipped; look at inbox.held()',
  });
}

async function nothing(): Promise<void> {}

async function throughInbox(spec: HandlingSpec, task: Task): Promise<Settled> {
  const { inbox } = spec;
  const { event, attempt } = task;
  const settled = task.handler === 'ignore' ? 'ignored' : 'handled';
  const inOrder = event.topic.ordering === 'position';
  if (inbox === undefined || (task.handler === 'ignore' && !inOrder)) {
    await run(task, undefined);
    return settled;
  }
  const arrival = arrivalOf(spec, event.topic, event.original);
  let answer = await ask(inbox, arrival, task);
  if (answer.outcome === 'early' && spec.onGap !== 'accept') {
    const { expected } = answer;
    await fillGap(spec, event, { expected, attempt });
    answer = await ask(inbox, arrival, task);
  }
  if (answer.outcome === 'early') return await leaveGap(spec, task, answer.expected);
  if (answer.held) await handleHeld(spec, event, attempt);
  return answer.outcome === 'handled' ? settled : answer.outcome;
}

/** The inbox hears of the end of the time at once, whether the handler looks at its signal or not. */
function ask(inbox: Inbox, arrival: Arrival, task: Task): Promise<InboxAnswer> {
  const { signal, expired } = task.attempt;
  return inbox.handle(arrival, (transaction) => Promise.race([run(task, transaction), expired]), signal);
}

async function run({ event, handler, attempt }: Task, transaction: unknown): Promise<void> {
  if (handler === 'ignore') return;
  const { topic, eventType, message, republished } = event;
  const { number, signal } = attempt;
  const context = { topic: topic.name, eventType, signal, transaction, attempt: number, republished };
  await handler(message as EventMessage<never>, context as never);
}

/** Handles what the EventLog has between what was handled and what came. */
async function fillGap(
  spec: HandlingSpec,
  { topic, message: { id, position = 0 } }: DecodedEvent,
  { expected, attempt }: { readonly expected: number; readonly attempt: Attempt },
): Promise<void> {
  const eventLog = spec.eventLogs[topic.name];
  if (eventLog === undefined) return;
  for await (const stored of eventLog.readStream(id, expected)) {
    attempt.signal.throwIfAborted();
    if ((stored.position ?? 0) >= position) return;
    await handleStored(spec, topic, { stored, attempt });
  }
}

/** Handles what came early once, as far as it is next now. */
async function handleHeld(
  spec: HandlingSpec,
  { topic, original }: Envelope,
  attempt: Attempt,
): Promise<void> {
  const { inbox, collector } = spec;
  const aggregate = { collector, topic: topic.name, id: original.id };
  for (;;) {
    const stored = await inbox?.nextHeld(aggregate);
    if (stored === undefined) return;
    attempt.signal.throwIfAborted();
    await handleStored(spec, topic, { stored, attempt });
  }
}

/** An event that is not the one on the queue: what is wrong with it stops the one on the queue, which brings it again. */
async function handleStored(
  spec: HandlingSpec,
  topic: EventTopicDefinition,
  { stored, attempt }: { readonly stored: EventMessage; readonly attempt: Attempt },
): Promise<void> {
  const { id, position, meta } = stored;
  const decoded = decodeStored(spec, topic, stored);
  const where = `the event at position ${position} of ${topic.name} ${id} (msgId ${meta?.msgId})`;
  if (!decoded.ok) {
    const unknownType = decoded.refusal.code === 'UNKNOWN_EVENT_TYPE' && spec.onUnknown === 'ignore';
    if (!unknownType) throw new Error(`${where} is refused: ${decoded.refusal.reason}`);
    await spec.inbox?.handle(arrivalOf(spec, topic, stored), nothing, attempt.signal);
    return;
  }
  const handler = handlerOf(spec.handlers, topic.name, decoded.event.eventType);
  if (handler === undefined && spec.onUnknown === 'park')
    throw new Error(`${where} is of a type that nobody here handles: ${decoded.event.eventType}`);
  const task = { event: decoded.event, handler: handler ?? 'ignore', attempt } as const;
  if (spec.inbox) await ask(spec.inbox, arrivalOf(spec, topic, stored), task);
}

async function leaveGap(spec: HandlingSpec, task: Task, expected: number): Promise<Settled> {
  const { inbox } = spec;
  const { topic, message } = task.event;
  const arrival = arrivalOf(spec, topic, task.event.original);
  if (inbox === undefined) return 'ignored';
  if (spec.onGap === 'hold') {
    await inbox.hold(arrival);
    // What was missing may have come meanwhile, by a consumer that still holds what it lost.
    await handleHeld(spec, task.event, task.attempt);
    return 'held';
  }
  await ask(inbox, { ...arrival, acceptGap: true }, task);
  if (spec.onGap === 'report')
    spec.report({ topic: topic.name, id: message.id, expected, position: message.position ?? 0 });
  return task.handler === 'ignore' ? 'ignored' : 'handled';
}

function arrivalOf({ collector }: HandlingSpec, topic: EventTopicDefinition, message: EventMessage): Arrival {
  return { collector, topic: topic.name, message, ordering: topic.ordering };
}
