import assert from 'node:assert/strict';
import type { PublishResult } from '../../activities/event-publisher.ts';
import type { EventMessage } from '../../common/message.ts';
import type { PublishReceipt } from '../../common/protocol/activities.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { PublisherRig, ReceivedMessage } from './publisher-rig.ts';

/** An event with the msgId `m-<number>`, of the aggregate `C-1` unless told otherwise. */
export function sampleEvent(number: number, { id = 'C-1', msgId = `m-${number}` } = {}): PublishEntry {
  const meta = {
    service: 'contract',
    time: '2026-01-31T12:00:00.000Z',
    ip: '10.0.0.7',
    user: 'ada',
    msgId,
    correlationId: msgId,
  };
  const event = { type: 'NameChanged', name: `Name ${number}` };
  return { message: { id, meta, event }, eventType: event.type };
}

/** As many events as a call takes, at most 10, each of an aggregate of its own. */
export function ofDifferentAggregates(most: number): readonly PublishEntry[] {
  return Array.from({ length: Math.min(most, 10) }, (_, number) =>
    sampleEvent(number, { id: `C-${number}` }),
  );
}

/** Events of C-1, then events of C-2: as many as a call takes, at most 10. */
export function ofTwoAggregates(most: number): readonly PublishEntry[] {
  const length = Math.min(most, 10);
  return Array.from({ length }, (_, number) =>
    sampleEvent(number, { id: number < length / 2 ? 'C-1' : 'C-2' }),
  );
}

const NEVER = new AbortController().signal;

/** Publishes in one call, to the topic Customer. */
export function publish(
  { publisher }: PublisherRig,
  entries: readonly PublishEntry[],
  signal: AbortSignal = NEVER,
): Promise<readonly PublishResult[]> {
  return publisher.publish('Customer', entries, signal);
}

export function receiptsOf(results: readonly PublishResult[]): readonly PublishReceipt[] {
  return results.map((result) => {
    assert.ok(result.ok, `Not published: ${JSON.stringify(result)}`);
    return result.receipt;
  });
}

export function msgIdsOf(messages: readonly { readonly message: EventMessage }[]): readonly string[] {
  return messages.map(({ message }) => message.meta.msgId);
}

/** Asserts that exactly these events have arrived, as they are, in whatever order. */
export function assertArrived(received: readonly ReceivedMessage[], entries: readonly PublishEntry[]): void {
  assert.deepEqual(sorted(received), sorted(entries));
}

function sorted(messages: readonly { readonly message: EventMessage }[]): readonly EventMessage[] {
  return messages.map(({ message }) => message).sort((a, b) => (a.meta.msgId < b.meta.msgId ? -1 : 1));
}
