import type { EventMessage } from '../../common/message.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import type { DecodedEvent } from '../decode/decode-message.ts';
import type { UntypedHandler } from '../handlers.ts';
import type { Arrival, Inbox, InboxAnswer } from '../inbox.ts';
import { inHandlerSpan } from './handler-span.ts';
import type { Attempt, HandlingSpec } from './handling-spec.ts';

/** An event, and who handles it. */
export interface Task {
  readonly event: DecodedEvent;
  /** Name of the collector. */
  readonly collector: string;
  readonly handler: UntypedHandler | 'ignore';
  readonly attempt: Attempt;
}

/** The inbox hears of the end of the time at once, whether the handler looks at its signal or not. */
export function askInbox(inbox: Inbox, arrival: Arrival, task: Task): Promise<InboxAnswer> {
  const { signal, expired } = task.attempt;
  return inbox.handle(arrival, (transaction) => Promise.race([runTask(task, transaction), expired]), signal);
}

export async function runTask(
  { event, collector, handler, attempt }: Task,
  transaction: unknown,
): Promise<void> {
  // It may have waited for its turn, or a connection, until its time was over.
  attempt.signal.throwIfAborted();
  if (handler === 'ignore') return;
  const { topic, eventType, message, republished } = event;
  const { number, signal } = attempt;
  const context = { topic: topic.name, eventType, signal, transaction, attempt: number, republished };
  await inHandlerSpan(event, { collector, attempt: number }, async () =>
    handler(message as EventMessage<never>, context as never),
  );
}

export function arrivalOf(
  { collector }: HandlingSpec,
  topic: EventTopicDefinition,
  message: EventMessage,
): Arrival {
  return { collector, topic: topic.name, message, ordering: topic.ordering };
}

export async function doNothing(): Promise<void> {}
