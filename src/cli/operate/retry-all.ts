import type { Operator } from '../../common/protocol/operate.ts';
import type { ParkedAggregate } from '../../common/protocol/parked.ts';
import { toFailure } from '../failure.ts';
import type { AnyEventTopic } from './parked-event.ts';

/** What became of one aggregate. */
export interface Retried {
  readonly id: string;
  readonly msgId: string;
  readonly ok: boolean;
  /** Why it was not done. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface RetryAllOptions {
  readonly operator: Operator;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** Each is an update that its publisher answers. */
const IN_FLIGHT = 8;

/** Tries each parked event again, and no other: what has parked meanwhile was not shown. Ends early when the signal aborts. */
export async function retryAll(
  topic: AnyEventTopic,
  parked: readonly ParkedAggregate[],
  { operator, signal, onProgress }: RetryAllOptions,
): Promise<readonly Retried[]> {
  const done: Retried[] = [];
  const waiting = [...parked];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      done.push(await retryOne(topic, next, operator));
      onProgress(done.length);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return done;
}

async function retryOne(
  topic: AnyEventTopic,
  { id, msgId }: ParkedAggregate,
  operator: Operator,
): Promise<Retried> {
  try {
    await topic.retry(id, { ...operator, msgId });
    return { id, msgId, ok: true };
  } catch (error) {
    const { code, message } = toFailure(error).error;
    return { id, msgId, ok: false, error: { code, message } };
  }
}
