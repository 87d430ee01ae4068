import { BatchRequestTooLongException, InvalidParameterException } from '@aws-sdk/client-sns';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import type { EventPublisher } from '../../../../src/activities/event-publisher.ts';
import type {
  PublishEventsInput,
  PublishEventsResult,
  PublishReceipt,
} from '../../../../src/common/protocol/activities.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { LoggedActivityEnvironment } from '../../../support/captured-log.ts';
import { deferred, settled } from '../../../support/deferred.ts';
import { customerEntry } from '../../../support/messages.ts';
import { forbidden, refused, throttled } from '../../../support/scripted-publisher.ts';
import { FakePublisher, inputOf, receiptOf, receiptsOf, runActivity } from '../publish-events/activity.ts';
import { FakeSns, takesAll } from '../sns/fake-sns.ts';
import { FakeQueue } from './fake-queue.ts';

const { code, reason } = refused;

const deadLetterOf = (msgId: string): PublishReceipt => ({ msgId, deadLetter: { code, reason } });

/** A publisher that refuses these messages. */
function refusing(...msgIds: readonly string[]): FakePublisher {
  const publisher = new FakePublisher();
  publisher.answer = (msgId) => (msgIds.includes(msgId) ? refused : undefined);
  return publisher;
}

/** Runs the publish activity of a topic with a dead letter queue. */
function run(
  publisher: EventPublisher,
  deadLetterQueue: FakeQueue,
  input: PublishEventsInput,
  environment: MockActivityEnvironment = activityEnvironment(),
): Promise<PublishEventsResult> {
  return runActivity(publisher, input, environment, { deadLetterQueue });
}

describe('a refused event', () => {
  it('goes to the dead letter queue with the reason, and its aggregate goes on behind it', async () => {
    const queue = new FakeQueue();

    expect(await run(refusing('m-2'), queue, inputOf({ 'C-1': [1, 3] }))).toEqual({
      outcomes: [{ receipts: [receiptOf('m-1'), deadLetterOf('m-2'), receiptOf('m-3')] }],
    });
    expect(queue.letters).toEqual([
      { topic: 'Customer', entry: customerEntry(2), refusal: { code, reason } },
    ]);
  });

  it('may be every one of an aggregate', async () => {
    const queue = new FakeQueue();

    expect(await run(refusing('m-1', 'm-2'), queue, inputOf({ 'C-1': [1, 2] }))).toEqual({
      outcomes: [{ receipts: [deadLetterOf('m-1'), deadLetterOf('m-2')] }],
    });
  });

  it('holds up the next event of its aggregate until the queue has it, and no other aggregate', async () => {
    const [publisher, queue, answer] = [refusing('m-1'), new FakeQueue(), deferred<undefined>()];
    queue.answer = () => answer.promise;
    const running = run(publisher, queue, inputOf({ 'C-1': [1, 2], 'C-2': [11, 12] }));
    await settled();
    expect(publisher.requested).toEqual(['m-1', 'm-11', 'm-12']);
    answer.resolve(undefined);
    await running;

    expect(publisher.requested).toEqual(['m-1', 'm-11', 'm-12', 'm-2']);
  });

  it('is one line in the log, without its content', async () => {
    const { environment, lines } = new LoggedActivityEnvironment();
    await run(refusing('m-1'), new FakeQueue(), inputOf({ 'C-1': [1, 1] }), environment);

    expect(lines).toEqual([
      {
        level: 'WARN',
        message: 'A refused event is in the dead letter queue, and its aggregate goes on',
        facts: { topic: 'Customer', id: 'C-1', msgId: 'm-1', code, reason, deadLetterQueue: 'fake-queue' },
      },
    ]);
  });

  it('that a custom publisher refuses by throwing goes there too', async () => {
    const queue = new FakeQueue();
    const publisher = new FakePublisher();
    publisher.answer = () => {
      throw ApplicationFailure.nonRetryable('no such customer', 'UnknownCustomer');
    };
    await run(publisher, queue, inputOf({ 'C-1': [1, 1] }));

    expect(queue.letters.map(({ refusal }) => refusal)).toEqual([
      { code: 'UnknownCustomer', reason: 'no such customer' },
    ]);
  });

  it('is not one that time or an operator cures', async () => {
    const queue = new FakeQueue();
    const publisher = new FakePublisher();
    publisher.answer = (msgId) => ({ 'm-2': throttled, 'm-12': forbidden })[msgId];

    expect(await run(publisher, queue, inputOf({ 'C-1': [1, 3], 'C-2': [11, 13] }))).toEqual({
      outcomes: [
        { receipts: receiptsOf('m-1'), failure: throttled },
        { receipts: receiptsOf('m-11'), failure: forbidden },
      ],
    });
    expect(queue.asked).toEqual([]);
  });
});

describe('when the dead letter queue does not take a refused event', () => {
  it('for now, the event keeps its place', async () => {
    const queue = new FakeQueue();
    queue.answer = () => throttled;
    const { outcomes } = await run(refusing('m-2'), queue, inputOf({ 'C-1': [1, 3] }));

    expect(outcomes).toEqual([
      {
        receipts: receiptsOf('m-1'),
        failure: {
          kind: 'retry',
          code: 'Throttled',
          reason:
            'an event is refused (InvalidParameter), and the dead letter queue fake-queue does not take it: Rate exceeded',
        },
      },
    ]);
  });

  it.each([{}, true, 'sent', { kind: 'no', code: 'X', reason: 'x' }])(
    'or says %j of it, which says nothing, the event keeps its place, and what to correct is said',
    async (answer) => {
      const queue = new FakeQueue();
      queue.answer = () => answer as never;
      const { outcomes } = await run(refusing('m-2'), queue, inputOf({ 'C-1': [1, 3] }));

      expect(outcomes).toMatchObject([
        {
          receipts: receiptsOf('m-1'),
          failure: {
            kind: 'retry',
            code: 'WrongAnswer',
            reason: expect.stringContaining('correct its send()'),
          },
        },
      ]);
    },
  );

  it.each([
    [throttled, 'EventTopicUnavailable'],
    [forbidden, 'EventTopicConfiguration'],
  ])('and nothing else was achieved, Temporal tries again: $code', async (failure, type) => {
    const queue = new FakeQueue();
    queue.answer = () => failure;

    await expect(run(refusing('m-1'), queue, inputOf({ 'C-1': [1, 2] }))).rejects.toMatchObject({
      type,
      nonRetryable: false,
      message: expect.stringContaining(
        `queue fake-queue does not take it: ${failure.reason} [topic=Customer`,
      ),
    });
  });

  it('because it throws, Temporal tries again', async () => {
    const queue = new FakeQueue();
    queue.answer = () => {
      throw new Error('a bug');
    };

    await expect(run(refusing('m-1'), queue, inputOf({ 'C-1': [1, 2] }))).rejects.toMatchObject({
      type: 'EventTopicUnavailable',
      message: expect.stringContaining('does not take it: a bug'),
    });
  });

  it('because it refuses the event too, the event parks as it would without a queue', async () => {
    const queue = new FakeQueue();
    queue.answer = () => ({ kind: 'event', code: 'InvalidMessageContents', reason: 'bad characters' });

    expect(await run(refusing('m-2'), queue, inputOf({ 'C-1': [1, 3] }))).toEqual({
      outcomes: [
        {
          receipts: receiptsOf('m-1'),
          failure: {
            kind: 'event',
            code,
            reason: `${reason}; the dead letter queue refuses it too: InvalidMessageContents: bad characters`,
          },
        },
      ],
    });
  });

  it('because the activity is cancelled, it is cancelled', async () => {
    const environment = activityEnvironment();
    const queue = new FakeQueue();
    queue.answer = (_msgId, signal) => {
      environment.cancel();
      return signal.aborted ? throttled : undefined;
    };

    await expect(run(refusing('m-1'), queue, inputOf({ 'C-1': [1, 2] }), environment)).rejects.toBeInstanceOf(
      CancelledFailure,
    );
  });
});

describe('among events of one aggregate that share a batch', () => {
  const sharing = (publisher: FakePublisher): FakePublisher =>
    Object.assign(publisher, { sameAggregateBatching: true });

  it('a refused one is a dead letter, and what came after it is sent again', async () => {
    const [publisher, queue] = [sharing(refusing('m-2')), new FakeQueue()];

    expect(await run(publisher, queue, inputOf({ 'C-1': [1, 4] }))).toEqual({
      outcomes: [{ receipts: [receiptOf('m-1'), deadLetterOf('m-2'), ...receiptsOf('m-3', 'm-4')] }],
    });
    expect(publisher.batches).toEqual([
      ['m-1', 'm-2', 'm-3', 'm-4'],
      ['m-3', 'm-4'],
    ]);
    expect(queue.asked).toEqual(['m-2']);
  });

  it('a refused one is none as long as an earlier one is not published', async () => {
    const [publisher, queue] = [sharing(refusing('m-3')), new FakeQueue()];
    const { answer } = publisher;
    publisher.answer = (msgId, signal) => (msgId === 'm-2' ? throttled : answer(msgId, signal));

    expect(await run(publisher, queue, inputOf({ 'C-1': [1, 4] }))).toEqual({
      outcomes: [{ receipts: receiptsOf('m-1'), failure: throttled }],
    });
    expect(queue.asked).toEqual([]);
  });

  it('those behind a refused one are none without having been sent by themselves', async () => {
    const queue = new FakeQueue();
    const sns = new FakeSns((request, abort) => {
      const { PublishBatchRequestEntries: batch = [] } = request;
      if (batch.length > 1) throw new BatchRequestTooLongException({ message: 'too long', $metadata: {} });
      if (batch[0]?.MessageDeduplicationId !== 'm-2') return takesAll(request, abort);
      throw new InvalidParameterException({ message: reason, $metadata: {} });
    });
    const { outcomes } = await runActivity(sns.publisher(), inputOf({ 'C-1': [1, 4] }), undefined, {
      sameAggregateBatching: true,
      deadLetterQueue: queue,
    });

    expect(queue.asked).toEqual(['m-2']);
    expect(outcomes[0]?.receipts.map(({ msgId }) => msgId)).toEqual(['m-1', 'm-2', 'm-3', 'm-4']);
  });
});

describe('a new attempt', () => {
  it('goes on behind the dead letters that the last one has reported', async () => {
    const heartbeatDetails = [[deadLetterOf('m-1')]];
    const environment = activityEnvironment({ attempt: 2, heartbeatDetails });
    const [publisher, queue] = [refusing('m-1'), new FakeQueue()];

    expect(await run(publisher, queue, inputOf({ 'C-1': [1, 2] }), environment)).toEqual({
      outcomes: [{ receipts: [deadLetterOf('m-1'), receiptOf('m-2')] }],
    });
    expect(queue.asked).toEqual([]);
  });

  it('asks the publisher again, then the queue, when the worker died before it could report', async () => {
    const [publisher, queue] = [refusing('m-1'), new FakeQueue()];
    for (const attempt of [1, 2])
      await run(publisher, queue, inputOf({ 'C-1': [1, 1] }), activityEnvironment({ attempt }));

    expect(publisher.requested).toEqual(['m-1', 'm-1']);
    expect(queue.asked).toEqual(['m-1', 'm-1']);
  });
});
