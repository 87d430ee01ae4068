import { describe, expect, it } from 'vitest';
import {
  at,
  GAP_MS,
  NOW,
  otherAt,
  parkedAtGap,
  publish,
  restarted,
  streamQueueWith,
} from './stream-queue-with.ts';

describe('a gap', () => {
  it('is waited for, then the EventLog is asked, once', () => {
    const queue = streamQueueWith(1, 4);
    expect(publish(queue)).toEqual(['m-1']);
    expect(queue.dueAt).toBe(NOW + GAP_MS);
    expect(queue.due(NOW + GAP_MS - 1)).toBeUndefined();

    expect(queue.due(NOW + GAP_MS)).toEqual({ from: 2, to: 3 });
    expect(queue.dueAt).toBeUndefined();
    expect(queue.due(NOW + 2 * GAP_MS)).toBeUndefined();
  });

  it('is closed by what the EventLog has', () => {
    const queue = streamQueueWith(1, 4);
    queue.due(NOW + GAP_MS);
    queue.accept([at(2), at(3)], NOW + GAP_MS);
    queue.gapAsked('it has none', NOW + GAP_MS);

    expect(publish(queue)).toEqual(['m-1', 'm-2', 'm-3', 'm-4']);
    expect(queue.dueAt).toBeUndefined();
  });

  it('is asked for again at once when the EventLog has given a part of it', () => {
    const queue = streamQueueWith(1, 200);
    queue.due(NOW + GAP_MS);
    queue.accept([at(2), at(3)], NOW + GAP_MS);
    queue.gapAsked('it has none', NOW + GAP_MS);

    expect(queue.parked).toBeUndefined();
    expect(queue.due(NOW + GAP_MS)).toEqual({ from: 4, to: 199 });
    queue.gapAsked('it has none', NOW + GAP_MS);
    expect(queue.parked?.reason).toBe('Position 4 to 199 of the stream is missing: it has none');
  });

  it('parks when the EventLog does not have it, and what is before it goes on', () => {
    const queue = streamQueueWith(1, 4);
    queue.due(NOW + GAP_MS);
    queue.gapAsked('it has none', NOW + GAP_MS);

    expect(queue.parked).toEqual({
      msgId: 'm-4',
      code: 'Gap',
      reason: 'Position 2 to 3 of the stream is missing: it has none',
      since: '2026-01-31T12:00:10.000Z',
    });
    expect(publish(queue)).toEqual(['m-1']);
    expect(queue.status()).toMatchObject({ state: 'parked', pending: 1 });
    expect(queue.dueAt).toBeUndefined();
  });

  it('is not parked at while nobody can say that it is missing: it is asked for later', () => {
    const queue = streamQueueWith(1, 4);
    queue.due(NOW + GAP_MS);
    queue.gapAsked(undefined, NOW + GAP_MS);

    expect(queue.parked).toBeUndefined();
    expect(queue.dueAt).toBe(NOW + 2 * GAP_MS);
  });

  it('is asked for later when the run had to end, also in the next one', () => {
    const queue = streamQueueWith(1, 4);
    publish(queue);
    queue.due(NOW + GAP_MS);
    queue.askLater(NOW + GAP_MS);

    expect(restarted(queue).dueAt).toBe(NOW + 2 * GAP_MS);
  });
});

describe('an aggregate that is parked at a gap', () => {
  it('goes on when the missing events come', () => {
    const queue = parkedAtGap();
    queue.accept([at(2), at(3)], NOW);

    expect(queue.parked).toBeUndefined();
    expect(publish(queue)).toEqual(['m-2', 'm-3', 'm-4']);
  });

  it.each([2, 3])('waits anew when a part of them comes: position %d', (position) => {
    const queue = parkedAtGap();
    queue.accept([at(position)], NOW + 60_000);

    expect(queue.parked).toBeUndefined();
    expect(queue.dueAt).toBe(NOW + 60_000 + GAP_MS);
  });

  it('stays parked when later ones come', () => {
    const queue = parkedAtGap();
    queue.accept([at(5), at(9)], NOW);

    expect(queue.parked).toMatchObject({ code: 'Gap', msgId: 'm-4' });
  });

  it('asks the EventLog again at once when it is retried', () => {
    const queue = parkedAtGap();
    queue.retry(NOW + GAP_MS);

    expect(queue.parked).toBeUndefined();
    expect(queue.due(NOW + GAP_MS)).toEqual({ from: 2, to: 3 });
  });

  it('goes on behind the gap when it is skipped, and waits for the next one', () => {
    const queue = parkedAtGap();
    queue.accept([at(5), at(9)], NOW);
    queue.skip(NOW + GAP_MS);

    expect(queue.parked).toBeUndefined();
    expect(publish(queue)).toEqual(['m-4', 'm-5']);
    expect(queue.dueAt).toBe(NOW + 2 * GAP_MS);
  });

  it('waits for the gap again after it was parked at a conflict instead', () => {
    const queue = parkedAtGap();
    queue.accept([otherAt(1)], NOW);
    expect(queue.parked?.code).toBe('PositionConflict');
    queue.skip(NOW + GAP_MS);

    expect(queue.parked).toBeUndefined();
    expect(queue.due(NOW + 2 * GAP_MS)).toEqual({ from: 2, to: 3 });
  });

  it.each(['retry', 'skip'] as const)(
    'waits for the gap again after a refused event before it: %s',
    (cure) => {
      const queue = streamQueueWith(1, 4);
      queue.due(NOW + GAP_MS);
      queue.gapAsked('it has none', NOW + GAP_MS);
      queue.take(NOW);
      const failure = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' } as const;
      queue.settle({ receipts: [], failure }, NOW);
      expect(queue.parked).toMatchObject({ msgId: 'm-1', code: 'InvalidParameter' });
      queue[cure](NOW + GAP_MS);

      expect(publish(queue)).toEqual(cure === 'retry' ? ['m-1'] : []);
      expect(queue.due(NOW + 2 * GAP_MS)).toEqual({ from: 2, to: 3 });
    },
  );

  it('is the same over a restart', () => {
    const queue = restarted(parkedAtGap());
    expect(queue.parked?.code).toBe('Gap');
    queue.accept([at(2), at(3)], NOW);

    expect(publish(queue)).toEqual(['m-2', 'm-3', 'm-4']);
  });
});
