import type { AwaitedMessage, ParkedEvent, Settled } from '../common/publisher-protocol.ts';
import { GAP } from './halt.ts';
import type { PublishQueue, WaitingMsgIds } from './publish-queue.ts';

/** Where a message may be, as far as anybody can look. */
export interface Whereabouts extends WaitingMsgIds {
  /** Some events wait where nobody can look: it may be one of them. */
  readonly mayBeHidden: boolean;
}

/** What became of a message that has no receipt; undefined while that is open. */
export function fateOf(
  message: AwaitedMessage,
  queue: PublishQueue,
  { queued, early, mayBeHidden }: Whereabouts,
): Settled | undefined {
  const { msgId } = message;
  const { parked } = queue;
  if (parked?.msgId === msgId) return asParked(message, parked);
  const isQueued = queued.has(msgId);
  if (isQueued || early.has(msgId)) {
    // What is before a gap goes on.
    const isBehind = parked && !(isQueued && parked.code === GAP);
    return isBehind ? asParked(message, parked) : undefined;
  }
  if (queue.halt.wasDone('skip', msgId)) return { ...message, outcome: 'skipped' };
  if (!mayBeHidden) return { ...message, outcome: 'published' };
  return parked && parked.code !== GAP ? asParked(message, parked) : undefined;
}

function asParked(message: AwaitedMessage, parked: ParkedEvent): Settled {
  return { ...message, outcome: 'parked', parked };
}
