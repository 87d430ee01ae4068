import { describe, expect, it } from 'vitest';
import { EventCollector, type EventCollectorArgs } from '../../infra/components/index.ts';
import { faultyArguments as faultsOf } from './support/faults.ts';
import { snsArn } from './support/registrations.ts';

const order = { name: 'Order', topicArn: snsArn('OrderEventTopic.fifo') };

describe('the handler of an EventCollector', () => {
  const lambdaFunctionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:notify';

  it('is done before its events are handed out again', async () => {
    const args = { handlerTimeoutSeconds: 120 };

    expect(await faultyArguments('Notification', { ...args, visibilityTimeoutSeconds: 119 })).toEqual([
      'visibilityTimeoutSeconds',
    ]);
    expect(await faultyArguments('Notification', { ...args, visibilityTimeoutSeconds: 120 })).toEqual([]);
  });

  it('that is a function has six times its timeout', async () => {
    const args = { lambdaFunctionArn, handlerTimeoutSeconds: 120 };

    expect(await faultyArguments('Notification', { ...args, visibilityTimeoutSeconds: 719 })).toEqual([
      'visibilityTimeoutSeconds',
    ]);
    expect(await faultyArguments('Notification', { ...args, visibilityTimeoutSeconds: 720 })).toEqual([]);
  });

  it('that is a function has six times its timeout, and the time in which its batch is filled', async () => {
    const function_ = { lambdaFunctionArn, handlerTimeoutSeconds: 120, maximumBatchingWindowSeconds: 30 };
    const args = { type: 'standard', ...function_ } as const;

    expect(await faultyArguments('Notification', { ...args, visibilityTimeoutSeconds: 749 })).toEqual([
      'visibilityTimeoutSeconds',
    ]);
    expect(await faultyArguments('Notification', { ...args, visibilityTimeoutSeconds: 750 })).toEqual([]);
  });

  it('that is a function says how long it may take, as Lambda allows', async () => {
    expect(await faultyArguments('Notification', { lambdaFunctionArn })).toEqual(['handlerTimeoutSeconds']);
    expect(await faultyArguments('Notification', { lambdaFunctionArn, handlerTimeoutSeconds: 901 })).toEqual([
      'handlerTimeoutSeconds',
    ]);
    expect(await faultyArguments('Notification', { handlerTimeoutSeconds: 901 })).toEqual([]);
  });

  it.each([lambdaFunctionArn, `${lambdaFunctionArn}:live`, `${lambdaFunctionArn}:7`])(
    'may be %s',
    async (arn) => {
      const args = { lambdaFunctionArn: arn, handlerTimeoutSeconds: 1 };

      expect(await faultyArguments('Notification', args)).toEqual([]);
    },
  );

  it.each(['notify', `${lambdaFunctionArn}:`, `${lambdaFunctionArn}:live:7`])(
    'may not be the function %j',
    async (arn) => {
      const args = { lambdaFunctionArn: arn, handlerTimeoutSeconds: 1 };

      expect(await faultyArguments('Notification', args)).toEqual(['lambdaFunctionArn']);
    },
  );

  it('gets batches that its queue can give', async () => {
    const args = {
      lambdaFunctionArn,
      handlerTimeoutSeconds: 1,
      batchSize: 11,
      maximumBatchingWindowSeconds: 1,
    };

    expect(await faultyArguments('Notification', args)).toEqual([
      'batchSize',
      'maximumBatchingWindowSeconds',
    ]);
    expect(await faultyArguments('Notification', { ...args, type: 'standard' })).toEqual([]);
    const unwaiting = { ...args, type: 'standard', maximumBatchingWindowSeconds: 0 } as const;
    expect(await faultyArguments('Notification', unwaiting)).toEqual(['maximumBatchingWindowSeconds']);
    const tooMany = { ...args, batchSize: 0, maximumBatchingWindowSeconds: 0, maximumConcurrency: 1 };
    expect(await faultyArguments('Notification', tooMany)).toEqual(['batchSize', 'maximumConcurrency']);
  });

  it('that is no function has no batches', async () => {
    const args = { batchSize: 1, maximumBatchingWindowSeconds: 0, maximumConcurrency: 2 };

    expect(await faultyArguments('Notification', args)).toEqual([
      'batchSize',
      'maximumBatchingWindowSeconds',
      'maximumConcurrency',
    ]);
  });
});

describe('the times of an EventCollector', () => {
  it.each([59, 1_209_601, 60.5])('may not be kept for %d seconds', async (seconds) => {
    const args = { messageRetentionSeconds: seconds, maxAgeSeconds: seconds };

    expect(await faultyArguments('Notification', args)).toEqual(['messageRetentionSeconds', 'maxAgeSeconds']);
  });

  it.each(['yesterday', '2026-11-01', '2026-11-01T00:00:00+01:00'])('may not be %j', async (time) => {
    expect(await faultyArguments('Notification', { replayFrom: time })).toEqual(['replayFrom']);
  });

  it('end after they began', async () => {
    const replayTo = '2026-11-01T00:00:00Z';

    expect(await faultyArguments('Notification', { replayTo })).toEqual(['replayTo']);
    expect(await faultyArguments('Notification', { replayTo, replayFrom: replayTo })).toEqual(['replayTo']);
    expect(await faultyArguments('Notification', { replayTo, replayFrom: '2026-10-31T23:59:59Z' })).toEqual(
      [],
    );
  });
});

function faultyArguments(name: string, args: Partial<EventCollectorArgs>): Promise<string[]> {
  return faultsOf(() => new EventCollector(name, { eventTopics: [order], ...args }));
}
