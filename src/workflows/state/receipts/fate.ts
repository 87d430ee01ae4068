import type { ParkedEvent } from '../../../common/protocol/parked.ts';
import type { AwaitedMessage, Settled } from '../../../common/protocol/receipts.ts';
import { GAP } from '../aggregate/halt.ts';
import type { PublishQueue, WaitingMsgIds } from '../aggregate/publish-queue.ts';
import type { Inbox } from '../partition/inbox.ts';
import type { ReceiptBook } from './receipt-book.ts';

/** Who knows something about a message. */
export interface Witnesses {
  readonly receipts: ReceiptBook;
  readonly inbox: Inbox;
  readonly queueOf: (message: AwaitedMessage) => PublishQueue;
}

/** Where a message may be, as far as anybody can look. */
interface Whereabouts extends WaitingMsgIds {
  /** Some events wait where nobody can look: it may be one of them. */
  readonly mayBeHidden: boolean;
}

/** What became of messages, as far as they are settled. */
export function settledOf(
  messages: readonly AwaitedMessage[],
  { receipts, inbox, queueOf }: Witnesses,
): readonly Settled[] {
  const inInbox = inbox.msgIds();
  const waiting = new Map<PublishQueue, WaitingMsgIds>();
  return messages.flatMap((message): readonly Settled[] => {
    const { msgId } = message;
    const receipt = receipts.get(msgId);
    if (receipt) return [{ ...message, outcome: 'published', receipt }];
    const queue = queueOf(message);
    const inQueue = waiting.get(queue) ?? queue.waitingMsgIds();
    waiting.set(queue, inQueue);
    const mayBeHidden = queue.paging.hasPages || inbox.hasPages || inInbox.has(msgId);
    const fate = fateOf(message, queue, { ...inQueue, mayBeHidden });
    return fate ? [fate] : [];
  });
}

/** What became of a message that has no receipt; undefined while that is open. */
function fateOf(
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
