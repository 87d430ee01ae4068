import { describe, expect, it } from 'vitest';
import { at, NOW, otherAt, publish, restarted, SETTLE_MS, streamQueueWith } from './stream-queue-with.ts';

it('publishes in the order of positions, whatever the order of arrival', () => {
  const queue = streamQueueWith(1, 3, 5, 2, 4);

  expect(publish(queue)).toEqual(['m-1', 'm-2', 'm-3', 'm-4', 'm-5']);
  expect(queue.status()).toMatchObject({ state: 'idle', accepted: 5, published: 5 });
});

it('drops what was published before, however long ago that was', () => {
  const queue = streamQueueWith(1);
  for (let position = 2; position <= 500; position += 1) queue.accept([at(position)], NOW);
  publish(queue);
  queue.accept([at(1), at(250), at(500)], NOW + 365 * 86_400_000);

  expect(publish(queue)).toEqual([]);
  expect(queue.status()).toMatchObject({ accepted: 500, duplicates: 3, conflicts: 0 });
});

it('drops what waits already', () => {
  const queue = streamQueueWith(1, 3, 3, 1);

  expect(queue.status()).toMatchObject({ accepted: 2, duplicates: 2, pending: 2 });
});

it('remembers one number: after 10,000 positions its state is as small as after 20', () => {
  const queue = streamQueueWith();
  for (let from = 1; from < 10_000; from += 100) {
    queue.accept(
      Array.from({ length: 100 }, (_, n) => at(from + n)),
      NOW,
    );
    publish(queue);
  }

  expect(queue.status().position).toEqual({ watermark: 10_000, early: 0, late: 0 });
  expect(JSON.stringify(queue.snapshot()).length).toBeLessThan(3_000);
});

describe('while no watermark is known', () => {
  it('lets the first events sort themselves, then goes on from the lowest', () => {
    const queue = streamQueueWith(43, 41);
    expect(queue.isReady).toBe(false);
    expect(queue.dueAt).toBe(NOW + SETTLE_MS);
    queue.accept([at(42)], NOW + 100);
    expect(queue.due(NOW + SETTLE_MS - 1)).toBeUndefined();
    expect(queue.isReady).toBe(false);

    expect(queue.due(NOW + SETTLE_MS)).toBeUndefined();
    expect(publish(queue)).toEqual(['m-41', 'm-42', 'm-43']);
    expect(queue.dueAt).toBeUndefined();
  });

  it('does not wait when the first event is the first of the stream', () => {
    expect(publish(streamQueueWith(3, 2, 1))).toEqual(['m-1', 'm-2', 'm-3']);
  });

  it('waits for as long over a restart', () => {
    const queue = restarted(streamQueueWith(41));

    expect(queue.dueAt).toBe(NOW + SETTLE_MS);
    queue.due(NOW + SETTLE_MS);
    expect(publish(queue)).toEqual(['m-41']);
  });
});

describe('an event whose place was passed over when no watermark was known', () => {
  const settled = () => {
    const queue = streamQueueWith(41);
    queue.due(NOW + SETTLE_MS);
    publish(queue);
    return queue;
  };

  it('is published all the same, and counted as late', () => {
    const queue = settled();
    queue.accept([at(39), at(40)], NOW + 1_000);

    expect(publish(queue)).toEqual(['m-39', 'm-40']);
    expect(queue.status()).toMatchObject({ accepted: 3, position: { watermark: 41, late: 2 } });
  });

  it('is published once, also when all of them come again, in another run', () => {
    const all = Array.from({ length: 40 }, (_, n) => at(n + 1));
    const queue = settled();
    queue.accept(all, NOW + 1_000);
    expect(publish(queue)).toHaveLength(40);
    const next = restarted(queue);
    next.accept(all, NOW + 2_000);

    expect(publish(next)).toEqual([]);
    expect(next.status()).toMatchObject({ accepted: 41, duplicates: 40, position: { late: 40 } });
  });

  it('counts as a conflict when its msgId comes again with another content', () => {
    const queue = settled();
    queue.accept([at(39)], NOW);

    expect(queue.accept([otherAt(39, 'm-39')], NOW)).toEqual(['m-39']);
    expect(queue.status()).toMatchObject({ state: 'publishing', conflicts: 1 });
  });

  it('is not confused with one that was published after', () => {
    const queue = settled();
    queue.accept([at(42), at(43)], NOW);
    publish(queue);
    queue.accept([at(41), at(42)], NOW);

    expect(publish(queue)).toEqual([]);
    expect(queue.status()).toMatchObject({ duplicates: 2, position: { late: 0 } });
  });
});

describe('a position that comes again with another content', () => {
  it.each([
    ['was published', (queue: ReturnType<typeof streamQueueWith>) => publish(queue)],
    ['waits for its turn', () => undefined],
    ['was published in an earlier run', (queue: ReturnType<typeof streamQueueWith>) => publish(queue)],
  ])('parks when the first one %s; skip drops the second', (title, before) => {
    const first = streamQueueWith(1, 2);
    before(first);
    const queue = title.includes('earlier') ? restarted(first) : first;
    expect(queue.accept([otherAt(2)], NOW)).toEqual(['other-2']);
    queue.accept([at(3)], NOW);

    expect(queue.parked).toMatchObject({ code: 'PositionConflict', msgId: 'other-2' });
    expect(queue.isReady).toBe(false);
    queue.skip(NOW);
    expect(queue.parked).toBeUndefined();
    expect(publish(queue).at(-1)).toBe('m-3');
    expect(queue.status()).toMatchObject({ published: 3, conflicts: 1, duplicates: 1, pending: 0 });
  });

  it('parks when the first one is early', () => {
    const queue = streamQueueWith(1, 3);
    queue.accept([otherAt(3)], NOW);
    queue.skip(NOW);
    queue.accept([at(2)], NOW);

    expect(publish(queue)).toEqual(['m-1', 'm-2', 'm-3']);
  });

  it('is dropped and counted when the aggregate is parked already', () => {
    const queue = streamQueueWith(1, 2);
    queue.accept([otherAt(1)], NOW);
    queue.accept([otherAt(2)], NOW);

    expect(queue.parked?.msgId).toBe('other-1');
    expect(queue.status()).toMatchObject({ conflicts: 2, duplicates: 2 });
    queue.skip(NOW);
    expect(publish(queue)).toEqual(['m-1', 'm-2']);
  });

  it('parks first, and the refused event after it, when both come together', () => {
    const refusal = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' } as const;
    const queue = streamQueueWith(1);
    queue.take(NOW);
    queue.accept([otherAt(1)], NOW);
    queue.settle({ receipts: [], failure: refusal }, NOW);
    expect(queue.parked?.code).toBe('PositionConflict');

    queue.skip(NOW);
    queue.take(NOW);
    queue.settle({ receipts: [], failure: refusal }, NOW);
    expect(queue.parked?.code).toBe('InvalidParameter');
    queue.retry(NOW);
    expect(publish(queue)).toEqual(['m-1']);
  });

  it('is not kept: however large it is, the state stays small', () => {
    const queue = streamQueueWith(1);
    publish(queue);
    queue.accept([at(1, 250_000)], NOW);

    expect(queue.parked?.code).toBe('PositionConflict');
    expect(JSON.stringify(queue.snapshot()).length).toBeLessThan(1_000);
  });
});
