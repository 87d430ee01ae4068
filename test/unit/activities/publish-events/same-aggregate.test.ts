import { ApplicationFailure } from '@temporalio/common';
import type { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import type { PublishEventsInput, PublishEventsResult } from '../../../../src/common/protocol/activities.ts';
import { toWireMessage, wireSize } from '../../../../src/common/wire-format.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { deferred, settled } from '../../../support/deferred.ts';
import { customerEntry } from '../../../support/messages.ts';
import { refused, unavailable } from '../../../support/scripted-publisher.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

/** Runs the publish activity of a topic that lets events of one aggregate share a batch. */
function runTogether(
  publisher: FakePublisher,
  input: PublishEventsInput,
  environment: MockActivityEnvironment = activityEnvironment(),
): Promise<PublishEventsResult> {
  return runActivity(publisher, input, environment, { sameAggregateBatching: true });
}

function publisherWithoutOrder(): FakePublisher {
  const publisher = new FakePublisher();
  publisher.sameAggregateBatching = true;
  return publisher;
}

function msgIds(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `m-${from + index}`);
}

describe('events of one aggregate that may share a batch', () => {
  it('leave as many at a time as the publisher takes, in order, one request after the other', async () => {
    const publisher = new FakePublisher();
    const result = await runTogether(publisher, inputOf({ 'C-1': [1, 23] }));

    expect(publisher.batches).toEqual([msgIds(1, 10), msgIds(11, 20), msgIds(21, 23)]);
    expect(result).toEqual({ outcomes: [{ receipts: receiptsOf(...msgIds(1, 23)) }] });
  });

  it('leave within the bytes that the publisher takes', async () => {
    const publisher = new FakePublisher();
    const twoEvents = 2 * wireSize(toWireMessage('Customer', customerEntry(1)));
    Object.assign(publisher, { maxBatchBytes: twoEvents });
    await runTogether(publisher, inputOf({ 'C-1': [1, 5] }));

    expect(publisher.batches).toEqual([['m-1', 'm-2'], ['m-3', 'm-4'], ['m-5']]);
  });

  it('share requests with other aggregates, which fill them up', async () => {
    const publisher = new FakePublisher();
    await runTogether(publisher, inputOf({ 'C-1': [1, 2], 'C-2': [11, 12], 'C-3': [21, 28] }));

    expect(publisher.batches).toEqual([
      ['m-1', 'm-2', 'm-11', 'm-12', ...msgIds(21, 26)],
      ['m-27', 'm-28'],
    ]);
  });

  it('wait for the answer to the request before, while other aggregates go on', async () => {
    const publisher = new FakePublisher();
    publisher.maxBatchEntries = 2;
    const answer = deferred<undefined>();
    publisher.answer = (msgId) => (msgId === 'm-1' ? answer.promise : undefined);
    const running = runTogether(publisher, inputOf({ 'C-1': [1, 4], 'C-2': [11, 14] }));
    await settled();
    await settled();
    expect(publisher.batches).toEqual([msgIds(1, 2), msgIds(11, 12), msgIds(13, 14)]);
    answer.resolve(undefined);
    await running;

    expect(publisher.batches.at(-1)).toEqual(msgIds(3, 4));
  });

  it.each([unavailable, refused])(
    'count as published only before the first failure, even if SNS took later ones: $code',
    async (failure) => {
      const publisher = new FakePublisher();
      publisher.answer = (msgId) => (msgId === 'm-3' ? failure : undefined);

      expect(await runTogether(publisher, inputOf({ 'C-1': [1, 12] }))).toEqual({
        outcomes: [{ receipts: receiptsOf('m-1', 'm-2'), failure }],
      });
      expect(publisher.batches).toHaveLength(1);
    },
  );

  it('stop at the first of several failures', async () => {
    const publisher = new FakePublisher();
    publisher.answer = (msgId) => (msgId === 'm-2' ? unavailable : msgId === 'm-3' ? refused : undefined);

    expect(await runTogether(publisher, inputOf({ 'C-1': [1, 4] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1'), failure: unavailable }],
    });
  });

  it('make Temporal try again when not even the first was published', async () => {
    const publisher = new FakePublisher();
    publisher.answer = (msgId) => (msgId === 'm-1' ? unavailable : undefined);

    await expect(runTogether(publisher, inputOf({ 'C-1': [1, 3] }))).rejects.toMatchObject({
      type: 'EventTopicUnavailable',
    });
  });

  it('go on behind what an earlier attempt has reported', async () => {
    const environment = activityEnvironment({ attempt: 2, heartbeatDetails: [receiptsOf('m-1', 'm-2')] });
    const publisher = new FakePublisher();
    publisher.maxBatchEntries = 2;
    await runTogether(publisher, inputOf({ 'C-1': [1, 5] }), environment);

    expect(publisher.batches).toEqual([['m-3', 'm-4'], ['m-5']]);
  });

  it('are given up when the activity is cancelled', async () => {
    const environment = activityEnvironment();
    const publisher = new FakePublisher();
    publisher.maxBatchEntries = 2;
    publisher.answer = (msgId, signal) => {
      if (msgId === 'm-3') environment.cancel();
      return signal.aborted ? unavailable : undefined;
    };

    expect(await runTogether(publisher, inputOf({ 'C-1': [1, 9] }), environment)).toMatchObject({
      outcomes: [{ receipts: receiptsOf('m-1', 'm-2') }],
    });
    expect(publisher.batches).toHaveLength(2);
  });
});

describe('events of one aggregate leave one at a time', () => {
  it('by default', async () => {
    const publisher = new FakePublisher();
    await runActivity(publisher, inputOf({ 'C-1': [1, 3] }));

    expect(publisher.batches).toEqual([['m-1'], ['m-2'], ['m-3']]);
  });

  it('when the user says so, whatever the publisher says', async () => {
    const publisher = publisherWithoutOrder();
    const options = { sameAggregateBatching: false };
    await runActivity(publisher, inputOf({ 'C-1': [1, 3] }), activityEnvironment(), options);

    expect(publisher.batches).toEqual([['m-1'], ['m-2'], ['m-3']]);
  });
});

describe('a publisher whose system keeps no order anyway', () => {
  it('gets full batches of one aggregate', async () => {
    const publisher = publisherWithoutOrder();
    await runActivity(publisher, inputOf({ 'C-1': [1, 50] }));

    expect(publisher.batches).toEqual([1, 11, 21, 31, 41].map((from) => msgIds(from, from + 9)));
  });

  it('gets one batch of ten aggregates', async () => {
    const publisher = publisherWithoutOrder();
    const ranges = Array.from({ length: 10 }, (_, n) => [`C-${n}`, [n, n]] as const);
    await runActivity(publisher, inputOf(Object.fromEntries(ranges)));

    expect(publisher.batches).toEqual([msgIds(0, 9)]);
  });

  it('gets those again that came after a failed one', async () => {
    const publisher = publisherWithoutOrder();
    publisher.answer = (msgId) => (msgId === 'm-2' ? unavailable : undefined);
    const { outcomes } = await runActivity(publisher, inputOf({ 'C-1': [1, 3] }));
    publisher.answer = () => undefined;
    await runActivity(publisher, inputOf({ 'C-1': [2, 3] }));

    expect(outcomes).toEqual([{ receipts: receiptsOf('m-1'), failure: unavailable }]);
    expect(publisher.batches).toEqual([msgIds(1, 3), msgIds(2, 3)]);
  });
});

describe('a publisher that breaks its promise', () => {
  it.each([true, false])(
    'by answering for more events than it got is tried again by Temporal, same aggregate batched: %s',
    async (sameAggregateBatching) => {
      const publisher = new FakePublisher();
      publisher.publish = async () =>
        receiptsOf('m-1', 'm-2', 'm-3').map((receipt) => ({ ok: true, receipt }));

      const run = runActivity(publisher, inputOf({ 'C-1': [1, 1] }), activityEnvironment(), {
        sameAggregateBatching,
      });
      await expect(run).rejects.toMatchObject({
        type: 'EventTopicUnavailable',
        message: expect.stringContaining('answered for 3 of 1 events; correct its publish()'),
      });
    },
  );

  it('by throwing what is not to be tried again refuses the event, so that it parks', async () => {
    const publisher = new FakePublisher();
    publisher.publish = async () => {
      throw ApplicationFailure.nonRetryable('no such customer', 'UnknownCustomer');
    };

    expect(await runTogether(publisher, inputOf({ 'C-1': [1, 3] }))).toEqual({
      outcomes: [
        { receipts: [], failure: { kind: 'event', code: 'UnknownCustomer', reason: 'no such customer' } },
      ],
    });
  });

  it('by answering for no event is tried again by Temporal, with backoff', async () => {
    const publisher = new FakePublisher();
    publisher.publish = async () => [];

    await expect(runTogether(publisher, inputOf({ 'C-1': [1, 3] }))).rejects.toMatchObject({
      type: 'EventTopicUnavailable',
      message: expect.stringContaining('answered for 0 of 3 events; correct its publish()'),
    });
  });

  it('by throwing is tried again by Temporal, with backoff', async () => {
    const publisher = new FakePublisher();
    publisher.publish = async () => {
      throw new Error('a bug');
    };

    await expect(runTogether(publisher, inputOf({ 'C-1': [1, 3] }))).rejects.toMatchObject({
      type: 'EventTopicUnavailable',
      message: expect.stringContaining('a bug'),
    });
  });
});
