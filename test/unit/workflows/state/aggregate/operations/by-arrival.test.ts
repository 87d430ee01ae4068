import { expect, it } from 'vitest';
import { customerEntry, msgIdsOf } from '../../../../../support/messages.ts';
import { NOW, publishQueueWith, refusal } from '../publish-queue/publish-queue-with.ts';
import { done } from './operated.ts';

it('where order is that of arrival, a replaced event is known by its new content', () => {
  const queue = publishQueueWith(2);
  queue.take(NOW);
  queue.settle({ receipts: [], failure: refusal }, NOW);
  const replacement = customerEntry(1, { event: { type: 'NameChanged', name: 'Corrected' } });
  done(queue, 'replace', { replacement });

  expect(queue.accept([replacement], NOW)).toEqual([]);
  expect(queue.accept([customerEntry(1)], NOW)).toEqual(['m-1']);
  expect(queue.status()).toMatchObject({ state: 'publishing', accepted: 2, duplicates: 2, conflicts: 1 });
  const taken = queue.take(NOW);
  expect(taken[0]).toEqual(replacement);
  expect(msgIdsOf(taken)).toEqual(['m-1', 'm-2']);
});

it('where order is that of arrival, a skipped event stays known', () => {
  const queue = publishQueueWith(2);
  queue.take(NOW);
  queue.settle({ receipts: [], failure: refusal }, NOW);
  done(queue, 'skip');
  queue.accept([customerEntry(1)], NOW);

  expect(msgIdsOf(queue.take(NOW))).toEqual(['m-2']);
  expect(queue.status()).toMatchObject({ duplicates: 1, pending: 1 });
});
