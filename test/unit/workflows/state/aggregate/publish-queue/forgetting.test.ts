import { describe, expect, it } from 'vitest';
import { PublishQueue } from '../../../../../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntries, customerEntry } from '../../../../../support/messages.ts';
import { NOW } from './publish-queue-with.ts';

// Small numbers, for readable examples: the last three msgIds, and all of the last ten seconds.
const settings = { rememberMsgIds: 3, rememberMs: 10_000 };

function publishAll(queue: PublishQueue): void {
  while (queue.isReady) {
    const receipts = queue.take(NOW).map(({ message }) => ({ msgId: message.meta.msgId, snsMessageId: 'x' }));
    queue.settle({ receipts }, NOW);
  }
}

/** A queue that has published `m-1` … `m-<count>`, all accepted at the time NOW. */
function havingPublished(count: number): PublishQueue {
  const queue = new PublishQueue(settings);
  queue.accept(customerEntries(1, count), NOW);
  publishAll(queue);
  return queue;
}

function remembered(queue: PublishQueue): readonly string[] {
  return queue.snapshot().remembered.map(([msgId]) => msgId);
}

describe('a published msgId', () => {
  it('is remembered for the time, however many there are', () => {
    const queue = havingPublished(5);
    queue.accept([], NOW + 10_000);

    expect(remembered(queue)).toEqual(['m-1', 'm-2', 'm-3', 'm-4', 'm-5']);
  });

  it('is remembered among the last ones, however old it is', () => {
    const queue = havingPublished(3);
    queue.accept([], NOW + 1_000_000);

    expect(remembered(queue)).toEqual(['m-1', 'm-2', 'm-3']);
  });

  it('is forgotten when it is both older and not among the last ones', () => {
    const queue = havingPublished(5);
    queue.accept([], NOW + 10_001);

    expect(remembered(queue)).toEqual(['m-3', 'm-4', 'm-5']);
  });

  it('is remembered from its acceptance, which a repeated publish does not renew', () => {
    const queue = havingPublished(5);
    queue.accept([customerEntry(1)], NOW + 9_000);
    queue.accept([], NOW + 10_001);

    expect(remembered(queue)).not.toContain('m-1');
  });

  it('is accepted as a new message once it is forgotten', () => {
    const queue = havingPublished(5);
    queue.accept([], NOW + 10_001);
    queue.accept([customerEntry(1)], NOW + 10_001);

    expect(queue.status()).toMatchObject({ pending: 1, accepted: 6, duplicates: 0 });
  });

  it('is forgotten when 10,000 later ones are remembered, however new it is', () => {
    const queue = havingPublished(10_000);
    queue.accept([], NOW);
    expect(remembered(queue)).toHaveLength(10_000);

    queue.accept([customerEntry(10_001)], NOW);
    publishAll(queue);
    queue.accept([], NOW);

    expect(remembered(queue)).toHaveLength(10_000);
    expect(remembered(queue)[0]).toBe('m-2');
  });
});

describe('a msgId that is not yet published', () => {
  it('is not forgotten, however old it is', () => {
    const queue = new PublishQueue(settings);
    queue.accept(customerEntries(1, 100), NOW);
    queue.accept(customerEntries(1, 100), NOW + 1_000_000);

    expect(queue.status()).toMatchObject({ pending: 100, duplicates: 100 });
  });

  it('is forgotten when 10,000 later ones are remembered: they must fit into the input of the next run', () => {
    const queue = new PublishQueue(settings);
    queue.accept(customerEntries(1, 10_100), NOW);

    expect(remembered(queue)).toHaveLength(10_000);
    expect(remembered(queue)[0]).toBe('m-101');
  });

  it('is forgotten when longer msgIds than UUIDs take more than 800,000 bytes together, whatever their number', () => {
    const queue = new PublishQueue(settings);
    const long = (n: number): string => String(n).padStart(200, 'x');
    queue.accept(
      Array.from({ length: 5_000 }, (_, n) => customerEntry(n, { msgId: long(n) })),
      NOW,
    );

    expect(JSON.stringify(queue.snapshot().remembered).length).toBeLessThan(1_000_000);
    expect(remembered(queue)).toHaveLength(Math.floor(800_000 / 240));
    expect(remembered(queue).at(-1)).toBe(long(4_999));
  });

  it('does not push out the msgIds of published events', () => {
    const queue = havingPublished(3);
    queue.accept(customerEntries(4, 20), NOW);
    queue.accept([], NOW + 1_000_000);

    expect(remembered(queue)).toHaveLength(20);
    queue.accept(customerEntries(1, 3), NOW + 1_000_000);
    expect(queue.status()).toMatchObject({ pending: 17, duplicates: 3 });
  });
});
