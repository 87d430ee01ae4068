import type {
  AggregateOutcome,
  PublishFailure,
  PublishReceipt,
} from '../../../../../../src/common/protocol/activities.ts';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntries } from '../../../../../support/messages.ts';

export const settings = { rememberMsgIds: 1_000, rememberMs: 600_000 };

/** The time in tests where time does not matter. */
export const NOW = Date.parse('2026-01-31T12:00:00.000Z');

export const refusal: PublishFailure = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' };
export const throttled: PublishFailure = { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' };

/** A queue that has accepted `m-1` … `m-<count>`. */
export function publishQueueWith(count: number): PublishQueue {
  const queue = new PublishQueue(settings);
  queue.accept(customerEntries(1, count), NOW);
  return queue;
}

export function receiptOf(msgId: string): PublishReceipt {
  return { msgId, snsMessageId: `sns-${msgId}`, sequenceNumber: '1' };
}

/** The outcome of an activity that published these messages. */
export function published(...msgIds: readonly string[]): AggregateOutcome {
  return { receipts: msgIds.map(receiptOf) };
}
