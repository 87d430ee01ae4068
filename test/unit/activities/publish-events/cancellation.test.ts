import { CancelledFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import type { PublishFailure } from '../../../../src/common/protocol/activities.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

const timeout: PublishFailure = { kind: 'retry', code: 'TimeoutError', reason: 'the worker stopped' };

it('when it is cancelled mid-way, the activity returns what was published', async () => {
  const environment = activityEnvironment();
  const publisher = new FakePublisher();
  publisher.answer = (msgId) => {
    if (msgId === 'm-2') environment.cancel();
    return undefined;
  };

  expect(await runActivity(publisher, inputOf({ 'C-1': [1, 4] }), environment)).toEqual({
    outcomes: [{ receipts: receiptsOf('m-1', 'm-2') }],
  });
  expect(publisher.requested).toEqual(['m-1', 'm-2']);
});

it('the publisher is told, so that a request under way is given up', async () => {
  const environment = activityEnvironment();
  const publisher = new FakePublisher();
  publisher.answer = (msgId, signal) => {
    if (msgId === 'm-1') return undefined;
    environment.cancel('WORKER_SHUTDOWN');
    return signal.aborted ? timeout : undefined;
  };

  expect(await runActivity(publisher, inputOf({ 'C-1': [1, 4] }), environment)).toEqual({
    outcomes: [{ receipts: receiptsOf('m-1'), failure: timeout }],
  });
});

it('when nothing was published, the activity is cancelled', async () => {
  const environment = activityEnvironment();
  const publisher = new FakePublisher();
  publisher.answer = () => {
    environment.cancel();
    return timeout;
  };

  await expect(runActivity(publisher, inputOf({ 'C-1': [1, 4] }), environment)).rejects.toBeInstanceOf(
    CancelledFailure,
  );
});

it('when it is cancelled before it starts, nothing is sent', async () => {
  const environment = activityEnvironment();
  environment.cancel();
  const publisher = new FakePublisher();

  await expect(runActivity(publisher, inputOf({ 'C-1': [1, 4] }), environment)).rejects.toBeInstanceOf(
    CancelledFailure,
  );
  expect(publisher.requested).toEqual([]);
});

it('when nothing was published, it is cancelled also for a workflow that wants its failures returned', async () => {
  const environment = activityEnvironment();
  environment.cancel();
  const input = { ...inputOf({ 'C-1': [1, 4] }), returnFailures: true };

  await expect(runActivity(new FakePublisher(), input, environment)).rejects.toBeInstanceOf(CancelledFailure);
});
