// The events of the examples, of the topic that examples/adopt/customer.ts defines.
import { createMeta } from 'temporal-event-topic';
import { Customer, type CustomerMessage } from '../adopt/customer.ts';

export { Customer, type CustomerMessage };

// When and by which msgId an event is known is stored with it: publishing it again is publishing the same.
const time = '2026-01-05T09:30:00.000Z';

/** A customer's new name, as the EventLog has it. */
export function renamed(id: string, msgId: string, name = 'Ada'): CustomerMessage {
  return { id, meta: createMeta({ service: 'shop', msgId, time }), event: { type: 'NameChanged', name } };
}

/** The events of a customer at positions `from` to `to` of its stream. */
export function stream(id: string, from: number, to: number): CustomerMessage[] {
  const positions = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return positions.map((position) => ({ ...renamed(id, `${id}/${position}`), position }));
}
