import type { DecodedEvent, Envelope } from '../decode/decode-message.ts';
import { handlerOf } from '../handlers.ts';
import { isRefusedEvent } from '../refusal.ts';
import { arrivalOf, askInbox, runTask, type Task } from './ask-inbox.ts';
import type { Attempt, HandlingResult, HandlingSpec, Settled } from './handling-spec.ts';
import { fillGap, handleHeldBefore } from './stored-events.ts';

type Handled = Extract<HandlingResult, { settled: Settled }>;

/**
 * Handles one event: the inbox decides whether it is run. Rejects with what the handler rejected with: try again later.
 *
 * An event that comes early brings what is missing from the EventLog first, if there is one; else it is held in the inbox until the missing ones come, or is taken.
 */
export async function handleEvent(
  spec: HandlingSpec,
  event: DecodedEvent,
  attempt: Attempt,
): Promise<HandlingResult> {
  const handler = handlerOf(spec.handlers, event.topic.name, event.eventType);
  if (handler === undefined && spec.onUnknown === 'park') {
    const reason = `nobody here handles events of type ${event.eventType ?? '(none)'} of the topic ${event.topic.name}`;
    return { refusal: { code: 'UNKNOWN_EVENT_TYPE', reason } };
  }
  try {
    return await throughInbox(spec, {
      event,
      collector: spec.collector,
      handler: handler ?? 'ignore',
      attempt,
    });
  } catch (error) {
    if (!isRefusedEvent(error)) throw error;
    return { refusal: { code: 'REFUSED_BY_HANDLER', reason: error.message } };
  }
}

/** Lets the watermark pass an event that nobody here knows, in its turn. */
export function passOver(spec: HandlingSpec, envelope: Envelope, attempt: Attempt): Promise<Handled> {
  const event = {
    ...envelope,
    message: envelope.original,
    eventType: undefined,
    republished: undefined,
    traceparent: undefined,
  };
  return throughInbox(spec, { event, collector: spec.collector, handler: 'ignore', attempt });
}

async function throughInbox(spec: HandlingSpec, task: Task): Promise<Handled> {
  const { inbox } = spec;
  const { event, attempt } = task;
  const settled = task.handler === 'ignore' ? 'ignored' : 'handled';
  const inOrder = event.topic.ordering === 'position';
  if (inbox === undefined || (task.handler === 'ignore' && !inOrder)) {
    await runTask(task, undefined);
    return { settled, held: false };
  }
  const arrival = arrivalOf(spec, event.topic, event.original);
  let answer = await askInbox(inbox, arrival, task);
  if (answer.outcome === 'early' && spec.onGap !== 'accept') {
    const { expected } = answer;
    await fillGap(spec, event, { expected, attempt });
    answer = await askInbox(inbox, arrival, task);
  }
  if (answer.outcome === 'early') return await leaveGap(spec, task, answer.expected);
  return { settled: answer.outcome === 'handled' ? settled : answer.outcome, held: answer.held };
}

async function leaveGap(spec: HandlingSpec, task: Task, expected: number): Promise<Handled> {
  const { inbox } = spec;
  const { event, attempt } = task;
  const { topic, message, original } = event;
  const arrival = arrivalOf(spec, topic, original);
  // What was missing may have come meanwhile, by another consumer: it is looked at once more.
  if (spec.onGap === 'hold') {
    await inbox?.hold(arrival);
    return { settled: 'held', held: true };
  }
  // Held before, when gaps were waited for.
  await handleHeldBefore(spec, event, attempt);
  const answer = inbox && (await askInbox(inbox, { ...arrival, acceptGap: true }, task));
  if (spec.onGap === 'report')
    spec.report({ topic: topic.name, id: message.id, expected, position: message.position ?? 0 });
  return {
    settled: task.handler === 'ignore' ? 'ignored' : 'handled',
    held: answer !== undefined && answer.outcome !== 'early' && answer.held,
  };
}
