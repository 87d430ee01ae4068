import type { PublishEntry } from '../../../../../../src/common/protocol/entry.ts';
import type { PublishQueueState } from '../../../../../../src/common/protocol/state.ts';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntry, msgIdsOf } from '../../../../../support/messages.ts';

export const NOW = Date.parse('2026-01-31T12:00:00.000Z');
export const SETTLE_MS = 500;
export const GAP_MS = 10_000;

const settings = {
  rememberMsgIds: 1_000,
  rememberMs: 600_000,
  stream: { settleMs: SETTLE_MS, gapTimeoutMs: GAP_MS },
};

/** The event at a position; its msgId is `m-<position>`. */
export function at(position: number, chars = 0): PublishEntry {
  return customerEntry(position, { position, event: { type: 'NameChanged', name: 'x'.repeat(chars) } });
}

/** Another event that claims the same position. */
export function otherAt(position: number, msgId = `other-${position}`): PublishEntry {
  return customerEntry(position, { position, msgId });
}

/** A queue that orders by position and has accepted these positions, one after the other. */
export function streamQueueWith(...positions: readonly number[]): PublishQueue {
  const queue = new PublishQueue(settings);
  for (const position of positions) queue.accept([at(position)], NOW);
  return queue;
}

export function restarted(queue: PublishQueue): PublishQueue {
  return new PublishQueue(settings, JSON.parse(JSON.stringify(queue.snapshot())) as PublishQueueState);
}

/** Publishes what may be published; gives back its msgIds. */
export function publish(queue: PublishQueue): readonly string[] {
  const published: string[] = [];
  while (queue.isReady) {
    const msgIds = msgIdsOf(queue.take(NOW));
    const receipts = msgIds.map((msgId) => ({ msgId, snsMessageId: `sns-${msgId}` }));
    queue.settle({ receipts }, NOW);
    published.push(...msgIds);
  }
  return published;
}

/** A queue that has published 1 and is parked at the gap before 4. */
export function parkedAtGap(): PublishQueue {
  const queue = streamQueueWith(1, 4);
  publish(queue);
  queue.due(NOW + GAP_MS);
  queue.gapAsked('it has none', NOW + GAP_MS);
  return queue;
}
