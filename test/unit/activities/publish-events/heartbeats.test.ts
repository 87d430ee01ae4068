import type { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it, vi } from 'vitest';
import { Lease } from '../../../../src/activities/heartbeats.ts';
import { LEASE_MS, MAX_FULL_BATCHES_IN_FLIGHT } from '../../../../src/common/defaults.ts';
import type { AggregateOutcome, PublishFailure } from '../../../../src/common/protocol/activities.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { deferred, settled } from '../../../support/deferred.ts';
import { useFakeIntervals } from '../fake-intervals.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

const unavailable: PublishFailure = { kind: 'retry', code: 'ServiceUnavailable', reason: 'Try again' };

/** An environment that keeps the details of each heartbeat, as they were at that time. */
function heartbeatsOf(environment: MockActivityEnvironment): unknown[] {
  const details: unknown[] = [];
  environment.on('heartbeat', (value: unknown) => details.push(structuredClone(value)));
  return details;
}

useFakeIntervals();

describe('the progress of the activity', () => {
  it('is reported every two seconds, per aggregate', async () => {
    const environment = activityEnvironment();
    const heartbeats = heartbeatsOf(environment);
    const publisher = new FakePublisher();
    const answer = deferred<undefined>();
    publisher.answer = (msgId) =>
      msgId === 'm-3' ? answer.promise : msgId === 'm-11' ? unavailable : undefined;
    const running = runActivity(publisher, inputOf({ 'C-1': [1, 3], 'C-2': [11, 11] }), environment);
    while (!publisher.requested.includes('m-3')) await settled();
    await vi.advanceTimersByTimeAsync(2_000);
    answer.resolve(undefined);
    await running;

    expect(heartbeats).toEqual([[receiptsOf('m-1', 'm-2'), []]]);
  });

  it('is reported every two seconds while a request takes long, and not afterwards', async () => {
    const environment = activityEnvironment();
    const heartbeats = heartbeatsOf(environment);
    const publisher = new FakePublisher();
    const answer = deferred<undefined>();
    publisher.answer = () => answer.promise;
    const running = runActivity(publisher, inputOf({ 'C-1': [1, 1] }), environment);
    await vi.advanceTimersByTimeAsync(5_000);

    expect(heartbeats).toEqual([[[]], [[]]]);
    answer.resolve(undefined);
    await running;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heartbeats).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});

interface Waited {
  readonly sent: number;
  readonly last: AggregateOutcome | undefined;
}

describe('an attempt of a process that was frozen for longer than Temporal waits', () => {
  /** As many requests as there may be are in flight, and one more event waits. */
  async function waitingBehindOthers(pass: () => unknown): Promise<Waited> {
    const publisher = new FakePublisher();
    publisher.maxBatchEntries = 1;
    const answers = deferred<undefined>();
    publisher.answer = () => answers.promise;
    const aggregates = Array.from({ length: MAX_FULL_BATCHES_IN_FLIGHT + 1 }, (_, n) => [`C-${n}`, [n, n]]);
    const running = runActivity(publisher, inputOf(Object.fromEntries(aggregates)), activityEnvironment());
    await settled();
    expect(publisher.requested).toHaveLength(MAX_FULL_BATCHES_IN_FLIGHT);
    await pass();
    answers.resolve(undefined);
    const { outcomes } = await running;
    return { sent: publisher.requested.length, last: outcomes.at(-1) };
  }

  const freeze = (ms: number) => (): unknown => vi.setSystemTime(Date.now() + ms);

  it('sends nothing more of what waits: another attempt has', async () => {
    const { sent, last } = await waitingBehindOthers(freeze(6 * 60_000));
    expect(sent).toBe(MAX_FULL_BATCHES_IN_FLIGHT);
    expect(last).toMatchObject({ receipts: [], failure: { kind: 'retry', code: 'AbortError' } });
    expect(last?.failure?.reason).toContain('stood still');
  });

  it('one that Temporal still counts on goes on', async () => {
    expect(await waitingBehindOthers(freeze(LEASE_MS))).toMatchObject({
      sent: MAX_FULL_BATCHES_IN_FLIGHT + 1,
    });
  });

  it('so does one that waits for long, with its heartbeats', async () => {
    const long = (): Promise<unknown> => vi.advanceTimersByTimeAsync(10 * LEASE_MS);
    expect(await waitingBehindOthers(long)).toMatchObject({ sent: MAX_FULL_BATCHES_IN_FLIGHT + 1 });
  });

  it('does not get back what it has lost by a heartbeat', async () => {
    const lease = new Lease();
    vi.setSystemTime(Date.now() + LEASE_MS + 1);
    lease.renew();
    expect(lease.isHeld()).toBe(false);
  });
});

describe('a new attempt', () => {
  it('goes on behind what the last one has reported', async () => {
    const heartbeatDetails = [receiptsOf('m-1', 'm-2'), []];
    const environment = activityEnvironment({ attempt: 2, heartbeatDetails });
    const publisher = new FakePublisher();
    const result = await runActivity(publisher, inputOf({ 'C-1': [1, 3], 'C-2': [11, 11] }), environment);

    expect(publisher.requested.toSorted()).toEqual(['m-11', 'm-3']);
    expect(result).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1', 'm-2', 'm-3') }, { receipts: receiptsOf('m-11') }],
    });
  });

  it('publishes nothing when the last one had published everything', async () => {
    const environment = activityEnvironment({ attempt: 2, heartbeatDetails: [receiptsOf('m-1')] });
    const publisher = new FakePublisher();

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 1] }), environment)).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1') }],
    });
    expect(publisher.requested).toEqual([]);
  });

  it('that fails returns what the last one had published', async () => {
    const environment = activityEnvironment({ attempt: 2, heartbeatDetails: [receiptsOf('m-1')] });
    const publisher = new FakePublisher();
    publisher.answer = () => unavailable;

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 2] }), environment)).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1'), failure: unavailable }],
    });
  });
});
