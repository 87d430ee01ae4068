import type { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import type { PublishEventsInput, PublishEventsResult } from '../../../../src/common/publisher-protocol.ts';
import { toWireMessage, wireSize } from '../../../../src/common/wire-format.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { customerEntry } from '../../../support/messages.ts';
import { refused, throttled } from '../../../support/scripted-publisher.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

/** Runs the publish activity of a topic that lets events of one aggregate share a batch. */
function runTogether(
  publisher: FakePublisher,
  input: PublishEventsInput,
  environment: MockActivityEnvironment = activityEnvironment(),
): Promise<PublishEventsResult> {
  return runActivity(publisher, input, environment, { sameAggregateBatching: new Set(['Customer']) });
}

describe('events of one aggregate that may share a batch', () => {
  it('leave as many at a time as the publisher takes, in order, one request after the other', async () => {
    const publisher = new FakePublisher();
    const result = await runTogether(publisher, inputOf({ 'C-1': [1, 23] }));
    const msgIds = Array.from({ length: 23 }, (_, index) => `m-${index + 1}`);

    expect(publisher.batches).toEqual([msgIds.slice(0, 10), msgIds.slice(10, 20), msgIds.slice(20)]);
    expect(result).toEqual({ outcomes: [{ receipts: receiptsOf(...msgIds) }] });
  });

  it('leave within the bytes that the publisher takes', async () => {
    const publisher = new FakePublisher();
    const twoEvents = 2 * wireSize(toWireMessage('Customer', customerEntry(1)));
    Object.assign(publisher, { maxBatchBytes: twoEvents });
    await runTogether(publisher, inputOf({ 'C-1': [1, 5] }));

    expect(publisher.batches).toEqual([['m-1', 'm-2'], ['m-3', 'm-4'], ['m-5']]);
  });

  it('do not share a request with other aggregates, which go on meanwhile', async () => {
    const publisher = new FakePublisher();
    await runTogether(publisher, inputOf({ 'C-1': [1, 2], 'C-2': [11, 12] }));

    expect(publisher.batches).toEqual([
      ['m-1', 'm-2'],
      ['m-11', 'm-12'],
    ]);
  });

  it.each([throttled, refused])(
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
    publisher.answer = (msgId) => (msgId === 'm-2' ? throttled : msgId === 'm-3' ? refused : undefined);

    expect(await runTogether(publisher, inputOf({ 'C-1': [1, 4] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1'), failure: throttled }],
    });
  });

  it('make Temporal try again when not even the first was published', async () => {
    const publisher = new FakePublisher();
    publisher.answer = (msgId) => (msgId === 'm-1' ? throttled : undefined);

    await expect(runTogether(publisher, inputOf({ 'C-1': [1, 3] }))).rejects.toMatchObject({
      type: 'EventTopicUnavailable',
    });
  });

  it('are reported after every request, and a new attempt goes on behind them', async () => {
    const environment = activityEnvironment({ attempt: 2, heartbeatDetails: [receiptsOf('m-1', 'm-2')] });
    const heartbeats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => heartbeats.push(structuredClone(details)));
    const publisher = new FakePublisher();
    publisher.maxBatchEntries = 2;
    await runTogether(publisher, inputOf({ 'C-1': [1, 5] }), environment);

    expect(publisher.batches).toEqual([['m-3', 'm-4'], ['m-5']]);
    expect(heartbeats).toEqual([
      [receiptsOf('m-1', 'm-2', 'm-3', 'm-4')],
      [receiptsOf('m-1', 'm-2', 'm-3', 'm-4', 'm-5')],
    ]);
  });

  it('are given up when the activity is cancelled', async () => {
    const environment = activityEnvironment();
    const publisher = new FakePublisher();
    publisher.maxBatchEntries = 2;
    publisher.answer = (msgId, signal) => {
      if (msgId === 'm-3') environment.cancel();
      return signal.aborted ? throttled : undefined;
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

  it('when another topic lets them share a batch', async () => {
    const publisher = new FakePublisher();
    const options = { sameAggregateBatching: new Set(['Order']) };
    await runActivity(publisher, inputOf({ 'C-1': [1, 3] }), activityEnvironment(), options);

    expect(publisher.batches).toEqual([['m-1'], ['m-2'], ['m-3']]);
  });
});

describe('a publisher that breaks its promise', () => {
  it('by answering for no event is tried again by Temporal, with backoff', async () => {
    const publisher = new FakePublisher();
    publisher.publish = async () => [];

    await expect(runTogether(publisher, inputOf({ 'C-1': [1, 3] }))).rejects.toMatchObject({
      type: 'EventTopicUnavailable',
      message: expect.stringContaining('The publisher gave no result'),
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
