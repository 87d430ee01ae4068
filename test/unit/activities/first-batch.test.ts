import { describe, expect, it } from 'vitest';
import { firstBatch } from '../../../src/activities/batcher.ts';
import type { EventPublisher } from '../../../src/activities/event-publisher.ts';
import { toWireMessage, wireSize } from '../../../src/common/wire-format.ts';
import { customerEntries, customerEntry, msgIdsOf } from '../../support/messages.ts';

function publisherTaking(limits: Partial<EventPublisher>): EventPublisher {
  return { maxBatchEntries: 10, publish: async () => [], describe: () => 'fake', ...limits };
}

/** Bytes of one of `customerEntries(1, 9)`, body and attributes. */
const SIZE = wireSize(toWireMessage('Customer', customerEntry(1)));

describe('the first batch', () => {
  it.each([
    [1, ['m-1']],
    [2, ['m-1', 'm-2']],
    [3, ['m-1', 'm-2', 'm-3']],
    [10, ['m-1', 'm-2', 'm-3']],
  ])('of three entries, %i to a request, is %j', (maxBatchEntries, msgIds) => {
    const batch = firstBatch('Customer', customerEntries(1, 3), publisherTaking({ maxBatchEntries }));

    expect(msgIdsOf(batch)).toEqual(msgIds);
  });

  it.each([
    { what: 'exactly two', maxBatchBytes: 2 * SIZE, msgIds: ['m-1', 'm-2'] },
    { what: 'one byte less than two', maxBatchBytes: 2 * SIZE - 1, msgIds: ['m-1'] },
    { what: 'one byte less than three', maxBatchBytes: 3 * SIZE - 1, msgIds: ['m-1', 'm-2'] },
    { what: 'less than one: SNS has to judge it', maxBatchBytes: 1, msgIds: ['m-1'] },
  ])('of three entries, when the bytes of a request are $what, is $msgIds', ({ maxBatchBytes, msgIds }) => {
    const batch = firstBatch('Customer', customerEntries(1, 3), publisherTaking({ maxBatchBytes }));

    expect(msgIdsOf(batch)).toEqual(msgIds);
  });

  it('counts the attributes, of which the name of the topic is one', () => {
    const limits = publisherTaking({ maxBatchBytes: 2 * SIZE });

    expect(firstBatch('Customers', customerEntries(1, 3), limits)).toHaveLength(1);
  });

  it('counts bytes, not characters', () => {
    const event = { type: 'NameChanged' as const, name: 'ä'.repeat(100) };
    const limits = publisherTaking({ maxBatchBytes: 2 * (SIZE + 100) });

    expect(firstBatch('Customer', customerEntries(1, 3, { event }), limits)).toHaveLength(1);
  });

  it('keeps both limits', () => {
    const limits = publisherTaking({ maxBatchEntries: 3, maxBatchBytes: 5 * SIZE });

    expect(msgIdsOf(firstBatch('Customer', customerEntries(1, 9), limits))).toEqual(['m-1', 'm-2', 'm-3']);
  });

  it('of nothing is nothing', () => {
    expect(firstBatch('Customer', [], publisherTaking({}))).toEqual([]);
  });
});
