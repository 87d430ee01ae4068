import type { EventMessage } from '../../common/message.ts';
import type { RepublishSelection } from '../../common/protocol/republish.ts';

/** Whether an event is sent again. Of which aggregates it may be is asked elsewhere. */
export function isSelected(
  { fromTime, toTime, fromPosition = 1, toPosition, eventTypes }: RepublishSelection,
  { meta, position }: EventMessage,
  eventType: string | undefined,
): boolean {
  const time = Date.parse(meta.time);
  const isInTime =
    (fromTime === undefined || time >= Date.parse(fromTime)) &&
    (toTime === undefined || time < Date.parse(toTime));
  const place = position ?? fromPosition;
  const isInPlace = place >= fromPosition && (toPosition === undefined || place <= toPosition);
  const isOfType = eventTypes === undefined || (eventType !== undefined && eventTypes.includes(eventType));
  return isInTime && isInPlace && isOfType;
}
