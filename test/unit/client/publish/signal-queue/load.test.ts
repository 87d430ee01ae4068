import { describe, expect, it } from 'vitest';
import { SignalQueue } from '../../../../../src/client/publish/signal-queue.ts';
import type { PublishEntry } from '../../../../../src/common/protocol/entry.ts';
import { customerEntry, msgIdsOf } from '../../../../support/messages.ts';

const COUNT = 100_000;
const entries: readonly PublishEntry[] = Array.from({ length: COUNT }, (_, index) => customerEntry(index));

/** A queue whose signals are accepted at once, and what they carried. */
function acceptingQueue(): { readonly queue: SignalQueue; readonly sent: (readonly PublishEntry[])[] } {
  const sent: (readonly PublishEntry[])[] = [];
  const queue = new SignalQueue(async (batch) => {
    sent.push(batch);
  });
  return { queue, sent };
}

/** The entries of all signals, in order, are those that were enqueued. */
function expectAllInOrder(sent: readonly (readonly PublishEntry[])[]): void {
  const flat = sent.flat();
  expect(flat).toHaveLength(COUNT);
  expect(flat.findIndex((entry, index) => entry !== entries[index])).toBe(-1);
}

describe('100,000 events that wait for one aggregate', () => {
  it('as one call leave in order in 200 signals', async () => {
    const { queue, sent } = acceptingQueue();

    expect(await queue.enqueue(entries)).toEqual({ accepted: COUNT });
    expect(sent.map((batch) => batch.length)).toEqual(Array.from({ length: 200 }, () => 500));
    expectAllInOrder(sent);
  });

  it('as 100,000 calls leave in order: the first alone, the others in 200 signals', async () => {
    const { queue, sent } = acceptingQueue();
    const outcomes = await Promise.all(entries.map((entry) => queue.enqueue([entry])));

    expect(sent).toHaveLength(201);
    expect(sent[0]).toHaveLength(1);
    expectAllInOrder(sent);
    expect(outcomes.every(({ accepted, error }) => accepted === 1 && error === undefined)).toBe(true);
    expect(queue.isIdle).toBe(true);
  });

  it('as 100,000 calls that one signal gives up are all answered, and none is sent', async () => {
    const { queue, sent } = acceptingQueue();
    const caller = new AbortController();
    const calls = entries.map((entry) => queue.enqueue([entry], caller.signal));
    caller.abort('shutting down');
    const outcomes = await Promise.all(calls);

    expect(sent.map(msgIdsOf)).toEqual([['m-0']]);
    expect(outcomes.filter(({ accepted }) => accepted === 1)).toHaveLength(1);
    expect(outcomes.slice(1).every(({ error }) => error === 'shutting down')).toBe(true);
  });

  it('as 100,000 calls behind a signal that fails are all answered, and none is sent', async () => {
    const unavailable = new Error('14 UNAVAILABLE');
    const sent: (readonly PublishEntry[])[] = [];
    const queue = new SignalQueue(async (batch) => {
      sent.push(batch);
      throw unavailable;
    });
    const outcomes = await Promise.all(entries.map((entry) => queue.enqueue([entry])));

    expect(sent.map(msgIdsOf)).toEqual([['m-0']]);
    expect(outcomes.every(({ accepted, error }) => accepted === 0 && error === unavailable)).toBe(true);
  });
});
