import { describe, expect, it } from 'vitest';
import { Batcher } from '../../../src/activities/batcher.ts';
import { checkedResults, isFailure } from '../../../src/activities/checked-results.ts';
import type { EventPublisher, PublishResult } from '../../../src/activities/event-publisher.ts';
import { customerEntries } from '../../support/messages.ts';

const entries = customerEntries(1, 2);
const ok = (msgId: string): PublishResult => ({ ok: true, receipt: { msgId, snsMessageId: `bus-${msgId}` } });

describe('the answer of a publisher of one’s own', () => {
  it('is taken as it is when it has one result per event, in their order', () => {
    const failed: PublishResult = { ok: false, failure: { kind: 'event', code: 'TooLong', reason: 'no' } };
    expect(checkedResults(entries, [ok('m-1'), failed])).toEqual([ok('m-1'), failed]);
  });

  it.each([
    ['fewer', [ok('m-1')], 1],
    ['more', [ok('m-1'), ok('m-2'), ok('m-2')], 3],
    ['no', [], 0],
    ['something else than an array of', { 'm-1': ok('m-1') }, 'none'],
    ['undefined instead of', undefined, 'none'],
  ])(
    'with %s results fails for all of them, to be tried again, and says what to correct',
    (_what, answer, count) => {
      const reason = `The publisher answered for ${count} of 2 events; correct its publish(): one result per entry, in their order`;
      const failed = { ok: false, failure: { kind: 'retry', code: 'WrongAnswer', reason } };
      expect(checkedResults(entries, answer)).toEqual([failed, failed]);
    },
  );

  it.each([
    ['nothing', undefined],
    ['no object', 'm-2'],
    ['neither ok nor not', { receipt: { msgId: 'm-2' } }],
    ['ok without a receipt', { ok: true }],
    ['the receipt of another message', ok('m-1')],
    ['a failure that says nothing', { ok: false }],
    ['a failure of no kind', { ok: false, failure: { code: 'X', reason: 'x' } }],
  ])('that says %s of one event fails for that one only', (_what, result) => {
    const reason =
      'The publisher gave no result for the message m-2; correct its publish(): { ok: true, receipt } with that msgId, or { ok: false, failure }';
    expect(checkedResults(entries, [ok('m-1'), result])).toEqual([
      ok('m-1'),
      { ok: false, failure: { kind: 'retry', code: 'WrongAnswer', reason } },
    ]);
  });

  it('is looked at by the batcher before anybody learns of it', async () => {
    const generous: EventPublisher = {
      describe: () => 'a bus of our own',
      maxBatchEntries: 10,
      publish: async (_topic, batch) => [...batch, ...batch].map(({ message }) => ok(message.meta.msgId)),
    };
    const batcher = new Batcher('Customer', generous);
    const results = await batcher.publish({ id: 'C-1', entries }, new AbortController().signal);
    expect(results).toMatchObject([{ ok: false, failure: { kind: 'retry', code: 'WrongAnswer' } }]);
  });
});

it.each([null, 5, {}, { kind: 'fatal', code: 'X', reason: 'x' }, { kind: 'retry', code: 1, reason: 'x' }])(
  '%j is no failure',
  (value) => expect(isFailure(value)).toBe(false),
);
