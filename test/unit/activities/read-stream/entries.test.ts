import { describe, expect, it } from 'vitest';
import { countWithin } from '../../../../src/common/count-within.ts';
import { ACTIVITY_LIMITS } from '../../../../src/common/defaults.ts';
import { customerEntry, customerMessage } from '../../../support/messages.ts';
import { FakeEventLog, missing, runReadStream, stored } from './activity.ts';

/** Positions that come back. */
async function positionsOf(eventLog: FakeEventLog, from: number, to: number): Promise<unknown[]> {
  const { entries } = await runReadStream({ eventLog }, missing(from, to));
  return entries.map(({ message }) => message.position);
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the missing events', () => {
  it('come as they are stored, with the type that their topic gives them', async () => {
    const eventLog = new FakeEventLog(stored(3, 4));

    expect(await runReadStream({ eventLog }, missing(3, 4))).toEqual({
      asked: true,
      entries: [customerEntry(3, { position: 3 }), customerEntry(4, { position: 4 })],
    });
    expect(eventLog.reads).toEqual([['C-1', 3]]);
  });

  it('have no type when their topic gives them none', async () => {
    const eventLog = new FakeEventLog(stored(1, 1));
    for (const eventType of [undefined, '']) {
      const { entries } = await runReadStream({ eventLog, eventTypeOf: () => eventType }, missing(1, 1));
      expect(entries).toEqual([{ message: stored(1, 1)[0] }]);
    }
  });

  it('are those that the EventLog has', async () => {
    expect(await positionsOf(new FakeEventLog([]), 3, 5)).toEqual([]);
    expect(await positionsOf(new FakeEventLog(stored(6, 9)), 3, 5)).toEqual([]);
    expect(await positionsOf(new FakeEventLog([...stored(3, 3), ...stored(5, 9)]), 3, 5)).toEqual([3, 5]);
  });

  it('are what travels as JSON of what is stored', async () => {
    const [message] = stored(1, 1);
    const eventLog = new FakeEventLog([{ ...message, meta: { ...message?.meta, causationId: undefined } }]);
    const { entries } = await runReadStream({ eventLog }, missing(1, 1));

    expect(Object.keys(entries[0]?.message.meta ?? {})).toEqual(Object.keys(message?.meta ?? {}));
  });

  it('are not asked for when the worker has no EventLog', async () => {
    expect(await runReadStream({}, missing(1, 4))).toEqual({ entries: [], asked: false });
  });
});

describe('a read ends, and closes the stream', () => {
  it('at the last position that is missing, without fetching what comes after it', async () => {
    const eventLog = new FakeEventLog(stored(2, 100));

    expect(await positionsOf(eventLog, 2, 4)).toEqual([2, 3, 4]);
    expect(eventLog.fetched).toEqual([2, 3, 4]);
    expect(eventLog.closed).toBe(1);
  });

  it('behind it, when that one is not there', async () => {
    const eventLog = new FakeEventLog([...stored(2, 3), ...stored(5, 100)]);

    expect(await positionsOf(eventLog, 2, 4)).toEqual([2, 3]);
    expect(eventLog.fetched).toEqual([2, 3, 5]);
    expect(eventLog.closed).toBe(1);
  });

  it('when there are as many as one activity takes', async () => {
    const eventLog = new FakeEventLog(stored(1, 1_000));

    expect(await positionsOf(eventLog, 1, 1_000)).toEqual(range(1, ACTIVITY_LIMITS.maxEntries));
    expect(eventLog.fetched).toHaveLength(ACTIVITY_LIMITS.maxEntries);
    expect(eventLog.closed).toBe(1);
  });

  it('when there are as many characters as one activity takes', async () => {
    const name = 'x'.repeat(100_000);
    const eventLog = new FakeEventLog(
      range(1, 9).map((n) => customerMessage(n, { position: n, event: { type: 'NameChanged', name } })),
    );
    const { entries } = await runReadStream({ eventLog }, missing(1, 9));

    expect(entries).toHaveLength(2);
    expect(countWithin(entries, ACTIVITY_LIMITS)).toBe(2);
    expect(eventLog.fetched).toEqual([1, 2, 3]);
    expect(eventLog.closed).toBe(1);
  });

  it('behind one event that is too large by itself: SNS refuses it when it is published', async () => {
    const event = { type: 'NameChanged' as const, name: 'x'.repeat(300_000) };
    const eventLog = new FakeEventLog([customerMessage(1, { position: 1, event }), ...stored(2, 9)]);

    expect(await positionsOf(eventLog, 1, 9)).toEqual([1]);
  });
});
