import { EventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import { arrivalOf, doNothing } from './ask-inbox.ts';
import type { HandlingSpec } from './handling-spec.ts';
import { handleHeld } from './stored-events.ts';
import { withinTime } from './within-time.ts';

/** A place in a stream that will stay empty. */
export interface SkippedEvent {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  readonly position: number;
}

export interface Skipped {
  /** False: it was there, and was handled. */
  readonly isSkipped: boolean;
  /** What keeps the aggregate from going on now. */
  readonly trouble: unknown;
}

/**
 * Lets an aggregate go on without the event that it waits for, and handles those that waited behind it. An event that is there is not skipped: it is handled, with those behind it. Resolves with what keeps the aggregate
 * from going on after that, if anything. Throws `OPERATION_REFUSED` when it waits for another one.
 */
export async function skipEvent(
  spec: HandlingSpec,
  skipped: SkippedEvent,
  timeoutMs: number,
): Promise<Skipped> {
  const { id, position } = skipped;
  const { inbox, collector } = spec;
  const topic = spec.topics.find(({ name, ordering }) => name === skipped.topic && ordering === 'position');
  if (inbox === undefined || topic === undefined)
    throw refusal(skipped, 'The collector has no inbox, or does not handle a topic of that name by position');
  const original = { id, position, event: null, meta: {} } as unknown as EventMessage;
  const next = await inbox.nextHeld({ collector, topic: topic.name, id });
  const turn = { timeoutMs: () => timeoutMs, mayGoOn: () => true };
  const goOn = async (): Promise<unknown> => {
    const trouble = await handleHeld(spec, { topic, original }, turn);
    return trouble?.kind === 'failed' ? trouble.error : undefined;
  };
  if (next?.position === position) return { isSkipped: false, trouble: await goOn() };
  const answer = await withinTime(timeoutMs, ({ signal }) =>
    inbox.handle(arrivalOf(spec, topic, original), doNothing, signal),
  );
  if (answer.outcome === 'early')
    throw refusal(skipped, `The aggregate waits for the event at position ${answer.expected}`);
  if (answer.outcome === 'duplicate' && !answer.held)
    throw refusal(skipped, 'The event at that position was handled');
  return { isSkipped: answer.outcome === 'handled', trouble: await goOn() };
}

function refusal(details: SkippedEvent, fact: string): EventTopicError {
  return new EventTopicError('OPERATION_REFUSED', fact, {
    details: { ...details },
    action: 'Nothing was skipped; look at inbox.held()',
  });
}
