import type { EventTopic } from '../../client/event-topic.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { ParkedEvent } from '../../common/protocol/parked.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';

export type AnyEventTopic = EventTopic<EventTopicDefinition['event']>;

/** What the aggregate is parked at. Throws `OPERATION_REFUSED` when it is not parked, or at another event than the one that is meant. */
export async function parkedEvent(
  topic: AnyEventTopic,
  { id, msgId }: { readonly id: string; readonly msgId?: string | undefined },
): Promise<ParkedEvent> {
  const status = await topic.status(id);
  const parked = 'parked' in status ? status.parked : undefined;
  if (parked && (msgId === undefined || msgId === parked.msgId)) return parked;
  const details = { topic: topic.topic.name, id, state: status.state, msgId, parkedAt: parked?.msgId };
  const fact = parked ? 'The aggregate is parked at another event' : 'Nothing is parked';
  throw new EventTopicError('OPERATION_REFUSED', fact, { details });
}
