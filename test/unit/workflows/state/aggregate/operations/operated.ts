import type { PublishEntry } from '../../../../../../src/common/protocol/entry.ts';
import type { OperationName, OperationRequest } from '../../../../../../src/common/protocol/operate.ts';
import type { PublishQueueState } from '../../../../../../src/common/protocol/state.ts';
import { operate, refusalOf } from '../../../../../../src/workflows/state/aggregate/operations.ts';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntry } from '../../../../../support/messages.ts';

export const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const STREAM = { settleMs: 500, gapTimeoutMs: 10_000 };
const settings = { rememberMsgIds: 1_000, rememberMs: 600_000 };
const failure = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' } as const;

const entry = (position: number, msgId = `m-${position}`): PublishEntry =>
  customerEntry(position, { position, msgId });

function queueWith(...entries: readonly PublishEntry[]): PublishQueue {
  const queue = new PublishQueue({ ...settings, stream: STREAM });
  queue.accept(entries, NOW);
  return queue;
}

/** Every state in which an operator may find an aggregate. */
export const STATES = {
  idle: () => queueWith(),
  publishing: () => {
    const queue = queueWith(entry(1), entry(2));
    queue.take(NOW);
    return queue;
  },
  /** SNS refused `m-1`; `m-2` waits behind it. */
  refused: () => {
    const queue = queueWith(entry(1), entry(2));
    queue.take(NOW);
    queue.settle({ receipts: [], failure }, NOW);
    return queue;
  },
  /** `m-2` is missing, `m-3` waits behind it. */
  gap: () => {
    const queue = queueWith(entry(1), entry(3));
    queue.due(NOW + STREAM.gapTimeoutMs);
    queue.gapAsked('it has none', NOW);
    return queue;
  },
  /** `other` has the position of `m-1`; `m-2` waits. */
  conflict: () => queueWith(entry(1), entry(2), entry(1, 'other')),
  paused: () => done(queueWith(entry(1)), 'pause'),
} as const;

export type State = keyof typeof STATES;

/** What the parked event is replaced with. */
export const corrected: PublishEntry = customerEntry(1, {
  position: 1,
  event: { type: 'NameChanged', name: 'Corrected' },
});

export function requestOf(fields: Partial<OperationRequest> = {}): OperationRequest {
  return { actor: 'ada', reason: 'a test', ...fields };
}

export function refusal(
  queue: PublishQueue,
  operation: OperationName,
  fields: Partial<OperationRequest> = {},
): string | undefined {
  return refusalOf(queue, { operation, request: requestOf(fields) });
}

/** The queue, after the operation. */
export function done(
  queue: PublishQueue,
  operation: OperationName,
  fields: Partial<OperationRequest> = {},
): PublishQueue {
  operate(queue, { operation, request: requestOf(fields) }, NOW);
  return queue;
}

export function restarted(queue: PublishQueue): PublishQueue {
  const state = JSON.parse(JSON.stringify(queue.snapshot())) as PublishQueueState;
  return new PublishQueue({ ...settings, stream: STREAM }, state);
}
