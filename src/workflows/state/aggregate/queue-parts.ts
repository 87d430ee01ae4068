import type { BackOff } from './back-off.ts';
import type { Backlog } from './backlog.ts';
import type { Halt } from './halt.ts';
import type { MsgIdMemory } from './msg-id-memory.ts';
import type { StreamOrder } from './stream-order.ts';
import type { Tally } from './tally.ts';

/** What the queue of one aggregate is made of: each part knows one thing, and nothing of the others. */
export interface QueueParts {
  /** The events that wait, in the order in which they leave. */
  readonly backlog: Backlog;
  /** The msgIds that were accepted lately. */
  readonly memory: MsgIdMemory;
  /** With ordering by position: where the stream stands, and what came early. */
  readonly stream: StreamOrder | undefined;
  /** What has stopped the aggregate, and what operators did. */
  readonly halt: Halt;
  /** How long it waits because SNS has failed it. */
  readonly backOff: BackOff;
  /** What became of its events, in numbers. */
  readonly tally: Tally;
}

/** Nothing leaves for now. */
export function isHeldUp({ halt, backOff }: Pick<QueueParts, 'halt' | 'backOff'>): boolean {
  return halt.isStopped || backOff.isWaiting;
}

/** Accepted and not yet published. */
export function pendingOf({ backlog, stream }: Pick<QueueParts, 'backlog' | 'stream'>): number {
  return backlog.length + (stream?.early ?? 0);
}

/** How many pages hold a part of what waits. */
export function pagesOf({ backlog, stream }: Pick<QueueParts, 'backlog' | 'stream'>): number {
  return backlog.pages + (stream?.pages ?? 0);
}
