import { describe, expect, it } from 'vitest';
import type { PublishFailure } from '../../../../src/common/protocol/activities.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

const throttled: PublishFailure = { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' };

/** A publisher that throttles a message this often, then takes it. */
function throttling(message: string, times: number): FakePublisher {
  const publisher = new FakePublisher();
  let left = times;
  publisher.answer = (msgId) => {
    if (msgId !== message || left === 0) return undefined;
    left -= 1;
    return throttled;
  };
  return publisher;
}

describe('a throttled event of a topic that takes others', () => {
  it('is sent again by the same activity, before the next event of its aggregate', async () => {
    const publisher = throttling('m-2', 2);

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 3] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1', 'm-2', 'm-3') }],
    });
    expect(publisher.requested).toEqual(['m-1', 'm-2', 'm-2', 'm-2', 'm-3']);
  });

  it('does not hold up other aggregates meanwhile', async () => {
    const publisher = throttling('m-2', 1);
    await runActivity(publisher, inputOf({ 'C-1': [1, 3], 'C-2': [11, 13] }));

    expect(publisher.requested).toEqual(['m-1', 'm-11', 'm-2', 'm-12', 'm-13', 'm-2', 'm-3']);
  });

  it('is given back when the time of the activity is over', async () => {
    const publisher = throttling('m-2', Number.POSITIVE_INFINITY);
    const startedAt = Date.now();

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 3] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1'), failure: throttled }],
    });
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect(publisher.requested).not.toContain('m-3');
  });

  it('is not sent again once the activity is cancelled', async () => {
    const environment = activityEnvironment();
    const publisher = throttling('m-2', Number.POSITIVE_INFINITY);
    const answer = publisher.answer;
    publisher.answer = (msgId, signal) => {
      if (msgId === 'm-2') setImmediate(() => environment.cancel('CANCELLED'));
      return answer(msgId, signal);
    };

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 3] }), environment)).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1'), failure: throttled }],
    });
    expect(publisher.requested).toEqual(['m-1', 'm-2']);
  });
});

it('with events of one aggregate together in a request, those go again from the throttled one on', async () => {
  const publisher = throttling('m-2', 1);
  const options = { sameAggregateBatching: true };

  expect(await runActivity(publisher, inputOf({ 'C-1': [1, 4] }), activityEnvironment(), options)).toEqual({
    outcomes: [{ receipts: receiptsOf('m-1', 'm-2', 'm-3', 'm-4') }],
  });
  expect(publisher.batches).toEqual([
    ['m-1', 'm-2', 'm-3', 'm-4'],
    ['m-2', 'm-3', 'm-4'],
  ]);
});

it('a refused event is not sent again, whatever code its publisher gives the refusal', async () => {
  const publisher = new FakePublisher();
  const refusal: PublishFailure = { kind: 'event', code: 'Throttled', reason: 'never' };
  publisher.answer = (msgId) => (msgId === 'm-2' ? refusal : undefined);

  expect(await runActivity(publisher, inputOf({ 'C-1': [1, 3] }))).toEqual({
    outcomes: [{ receipts: receiptsOf('m-1'), failure: refusal }],
  });
  expect(publisher.requested).toEqual(['m-1', 'm-2']);
});

it('a throttled event of a topic that takes nothing is left to Temporal, which waits longer and longer', async () => {
  const publisher = throttling('m-1', Number.POSITIVE_INFINITY);

  await expect(runActivity(publisher, inputOf({ 'C-1': [1, 3] }))).rejects.toMatchObject({
    type: 'EventTopicUnavailable',
  });
  expect(publisher.requested).toEqual(['m-1']);
});
