import { describe, expect, it } from 'vitest';
import { BatchRoom } from '../../../src/activities/batch-room.ts';
import type { EventPublisher } from '../../../src/activities/event-publisher.ts';

function roomFor(limits: Partial<EventPublisher>): BatchRoom {
  return new BatchRoom({ maxBatchEntries: 10, publish: async () => [], describe: () => 'fake', ...limits });
}

const SIZE = 100;
const three = [SIZE, SIZE, SIZE];

describe('the room in a request', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [10, 3],
  ])('for %i entries takes %i of three', (maxBatchEntries, taken) => {
    expect(roomFor({ maxBatchEntries }).take(three)).toBe(taken);
  });

  it.each([
    { what: 'exactly two', maxBatchBytes: 2 * SIZE, taken: 2 },
    { what: 'one byte less than two', maxBatchBytes: 2 * SIZE - 1, taken: 1 },
    { what: 'one byte less than three', maxBatchBytes: 3 * SIZE - 1, taken: 2 },
    { what: 'less than one: SNS has to judge it', maxBatchBytes: 1, taken: 1 },
  ])('for the bytes of $what takes $taken of three', ({ maxBatchBytes, taken }) => {
    expect(roomFor({ maxBatchBytes }).take(three)).toBe(taken);
  });

  it('is what the ones before have left of it, in entries and in bytes', () => {
    const byEntries = roomFor({ maxBatchEntries: 4 });
    const byBytes = roomFor({ maxBatchBytes: 4 * SIZE });

    expect([byEntries.take(three), byEntries.take(three), byEntries.take(three)]).toEqual([3, 1, 0]);
    expect([byBytes.take(three), byBytes.take(three), byBytes.take(three)]).toEqual([3, 1, 0]);
  });

  it('that one entry was too large for is taken', () => {
    const room = roomFor({ maxBatchBytes: SIZE });

    expect([room.take([2 * SIZE]), room.take([1])]).toEqual([1, 0]);
  });

  it('may still hold a smaller one when a larger one did not fit', () => {
    const room = roomFor({ maxBatchBytes: 2 * SIZE });

    expect([room.take([SIZE]), room.take([SIZE + 1]), room.take([SIZE])]).toEqual([1, 0, 1]);
  });

  it('takes nothing of nothing', () => {
    expect(roomFor({}).take([])).toBe(0);
  });
});
