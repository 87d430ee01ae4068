import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ACTIVITY_BUDGET_MS } from '../../../../src/common/defaults.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { throttled } from '../../../support/scripted-publisher.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A publisher whose every request takes this long. */
function slowPublisher(requestMs: number): FakePublisher {
  const publisher = new FakePublisher();
  publisher.maxBatchEntries = 1;
  publisher.answer = () => {
    vi.setSystemTime(Date.now() + requestMs);
    return undefined;
  };
  return publisher;
}

describe('after its time budget of two seconds', () => {
  it('the activity takes no further event and returns what it has, without a failure', async () => {
    expect(ACTIVITY_BUDGET_MS).toBe(2_000);
    const publisher = slowPublisher(800);

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 9] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1', 'm-2', 'm-3') }],
    });
    expect(publisher.requested).toEqual(['m-1', 'm-2', 'm-3']);
  });

  it('no aggregate of the activity goes on', async () => {
    const publisher = slowPublisher(800);
    const { outcomes } = await runActivity(publisher, inputOf({ 'C-1': [1, 9], 'C-2': [11, 19] }));

    // Two at a time: after the first two it is 1,600 ms, after the next two 3,200 ms.
    expect(outcomes).toEqual([
      { receipts: receiptsOf('m-1', 'm-2') },
      { receipts: receiptsOf('m-11', 'm-12') },
    ]);
    expect(publisher.requested).toHaveLength(4);
  });

  it('a request that started before is awaited, however long it takes', async () => {
    const publisher = slowPublisher(25_000);

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 2] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1') }],
    });
  });

  it('an event that was throttled, and whose pause a busy process ends too late, says so', async () => {
    const publisher = new FakePublisher();
    publisher.answer = (msgId) => {
      if (msgId !== 'm-2') return undefined;
      // While it pauses: a tenth of a second at least.
      setTimeout(() => vi.setSystemTime(Date.now() + 3_000), 20);
      return throttled;
    };

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 3] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1'), failure: throttled }],
    });
    expect(publisher.requested).toEqual(['m-1', 'm-2']);
  });

  it('events together in requests stop there too', async () => {
    const publisher = slowPublisher(400);
    publisher.maxBatchEntries = 3;
    const options = { sameAggregateBatching: true };
    const result = await runActivity(publisher, inputOf({ 'C-1': [1, 9] }), activityEnvironment(), options);

    expect(publisher.batches).toEqual([
      ['m-1', 'm-2', 'm-3'],
      ['m-4', 'm-5', 'm-6'],
    ]);
    expect(result).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1', 'm-2', 'm-3', 'm-4', 'm-5', 'm-6') }],
    });
  });
});

describe('within its time budget', () => {
  it('the activity goes on, up to the last millisecond', async () => {
    const publisher = slowPublisher(1_000);

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 9] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1', 'm-2', 'm-3') }],
    });
  });

  it('each attempt begins anew', async () => {
    const environment = activityEnvironment({ attempt: 2, heartbeatDetails: [receiptsOf('m-1', 'm-2')] });

    expect(await runActivity(slowPublisher(2_001), inputOf({ 'C-1': [1, 9] }), environment)).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1', 'm-2', 'm-3') }],
    });
  });
});
