import { expect, it } from 'vitest';
import { type Deferred, deferred, settled } from '../../../support/deferred.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

it('events of an aggregate are published in order, and the outcomes are in the order of the aggregates', async () => {
  const publisher = new FakePublisher();
  const result = await runActivity(publisher, inputOf({ 'C-2': [4, 5], 'C-1': [1, 3] }));

  expect(result).toEqual({
    outcomes: [{ receipts: receiptsOf('m-4', 'm-5') }, { receipts: receiptsOf('m-1', 'm-2', 'm-3') }],
  });
  const ofAggregate1 = ['m-1', 'm-2', 'm-3'];
  expect(publisher.requested.filter((msgId) => ofAggregate1.includes(msgId))).toEqual(ofAggregate1);
});

it('an event is sent only after SNS has acknowledged the one before; other aggregates go on meanwhile', async () => {
  const publisher = new FakePublisher();
  // Each request on its own: together in one batch, events are answered together.
  publisher.maxBatchEntries = 1;
  const answers = new Map<string, Deferred<undefined>>();
  publisher.answer = (msgId) => {
    const answer = deferred<undefined>();
    answers.set(msgId, answer);
    return answer.promise;
  };
  const acknowledge = async (msgId: string): Promise<void> => {
    answers.get(msgId)?.resolve(undefined);
    await settled();
  };
  const running = runActivity(publisher, inputOf({ 'C-1': [1, 2], 'C-2': [11, 12] }));
  await settled();

  expect(publisher.requested).toEqual(['m-1', 'm-11']);
  await acknowledge('m-11');
  expect(publisher.requested).toEqual(['m-1', 'm-11', 'm-12']);
  await acknowledge('m-12');
  expect(publisher.requested).toEqual(['m-1', 'm-11', 'm-12']);
  await acknowledge('m-1');
  expect(publisher.requested).toEqual(['m-1', 'm-11', 'm-12', 'm-2']);
  await acknowledge('m-2');
  expect(await running).toEqual({
    outcomes: [{ receipts: receiptsOf('m-1', 'm-2') }, { receipts: receiptsOf('m-11', 'm-12') }],
  });
});

it('a request carries one event of an aggregate', async () => {
  const publisher = new FakePublisher();
  await runActivity(publisher, inputOf({ 'C-1': [1, 3] }));

  expect(publisher.batches).toEqual([['m-1'], ['m-2'], ['m-3']]);
});
