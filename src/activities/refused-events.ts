import { log } from '@temporalio/activity';
import type { PublishFailure } from '../common/protocol/activities.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';
import { isFailure } from './checked-results.ts';
import type { DeadLetter, DeadLetterQueue } from './dead-letter-queue.ts';
import type { PublishResult } from './event-publisher.ts';
import { thrownFailure } from './thrown-failure.ts';

/** Says what an event that was not published means for its aggregate: a receipt lets it go on. */
export type OnFailure = (
  entry: PublishEntry,
  failure: PublishFailure,
  signal: AbortSignal,
) => Promise<PublishResult>;

/** A refused event parks its aggregate, and whatever else fails is tried again: the workflow sees to both. */
export const stopAtFailure: OnFailure = async (_entry, failure) => ({ ok: false, failure });

/**
 * A refused event is settled once the dead letter queue has acknowledged it. Until then it keeps its place, whether the
 * queue is slow, gone or forbidden; an event that the queue refuses too is parked.
 */
export function toDeadLetterQueue(topic: string, queue: DeadLetterQueue): OnFailure {
  const send = async (letter: DeadLetter, signal: AbortSignal): Promise<PublishFailure | undefined> => {
    try {
      const failure: unknown = await queue.send(topic, letter, signal);
      const isTaken = failure === undefined || failure === null;
      if (isTaken) return undefined;
      return isFailure(failure) ? failure : WRONG_ANSWER;
    } catch (error) {
      return thrownFailure(error);
    }
  };
  return async (entry, failure, signal) => {
    if (failure.kind !== 'event') return { ok: false, failure };
    const { code, reason } = failure;
    const notTaken = await send({ entry, refusal: { code, reason } }, signal);
    if (notTaken) return { ok: false, failure: whyNeither(failure, notTaken, queue) };
    const { id, meta } = entry.message;
    const facts = { topic, id, msgId: meta.msgId, code, reason, deadLetterQueue: queue.describe() };
    log.warn('A refused event is in the dead letter queue, and its aggregate goes on', facts);
    return { ok: true, receipt: { msgId: meta.msgId, deadLetter: { code, reason } } };
  };
}

const WRONG_ANSWER: PublishFailure = {
  kind: 'retry',
  code: 'WrongAnswer',
  reason: 'it answered with something else than a failure or nothing; correct its send()',
};

/** One failure for both: of the kind that says what helps now. */
function whyNeither(
  refused: PublishFailure,
  notTaken: PublishFailure,
  queue: DeadLetterQueue,
): PublishFailure {
  if (notTaken.kind === 'event') {
    const reason = `${refused.reason}; the dead letter queue refuses it too: ${notTaken.code}: ${notTaken.reason}`;
    return { ...refused, reason };
  }
  const why = `an event is refused (${refused.code}), and the dead letter queue ${queue.describe()} does not take it`;
  return { ...notTaken, reason: `${why}: ${notTaken.reason}` };
}
