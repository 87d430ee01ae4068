import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { describe, expect, it, vi } from 'vitest';
import type { StreamSource } from '../../../../src/activities/read-stream.ts';
import type { EventStreamReader } from '../../../../src/common/event-log.ts';
import type { ReadStreamInput } from '../../../../src/common/protocol/activities.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { deferred } from '../../../support/deferred.ts';
import { customerMessage } from '../../../support/messages.ts';
import { useFakeIntervals } from '../fake-intervals.ts';
import { FakeEventLog, missing, runReadStream, stored } from './activity.ts';

/** What the activity throws. */
async function thrownBy(
  source: Partial<StreamSource>,
  input: ReadStreamInput = missing(3, 5),
): Promise<ApplicationFailure> {
  const error = await runReadStream(source, input).catch((thrown: unknown) => thrown);
  if (error instanceof ApplicationFailure) return error;
  throw new Error(`No ApplicationFailure: ${JSON.stringify(error)}`);
}

/** An EventLog whose stream does this when the next message is fetched. */
function eventLogThat(next: () => Promise<IteratorResult<never>>, onReturn?: () => void): EventStreamReader {
  const iterator = {
    next,
    return: async () => {
      onReturn?.();
      return { done: true as const, value: undefined };
    },
  };
  return { readStream: () => ({ [Symbol.asyncIterator]: () => iterator }) };
}

describe('an EventLog that gives a wrong message', () => {
  const [third] = stored(3, 3);

  it.each<[string, unknown, position: unknown, reason: string]>([
    [
      'of another aggregate',
      customerMessage(3, { position: 3, id: 'C-2' }),
      3,
      'it is a message of the aggregate "C-2"',
    ],
    ['without a position', customerMessage(3), 'none', 'it has no position'],
    ['before those that are wanted', stored(2, 2)[0], 2, 'its position is not after 2'],
    ['whose position is none', { ...third, position: 1.5 }, 1.5, 'it is not a message: position: '],
    ['without an event', { ...third, event: undefined }, 3, 'it has no event'],
    [
      'without a msgId',
      { ...third, meta: { ...third?.meta, msgId: '' } },
      3,
      'it is not a message: meta.msgId: must not be empty',
    ],
    ['with a key that would not travel', { ...third, version: 3 }, 3, 'it is not a message: message: '],
    ['that is nothing', undefined, 'none', 'it is not a message: message: '],
    ['that JSON cannot hold', { ...third, event: 1n }, 3, 'Do not know how to serialize a BigInt'],
  ])(
    '%s makes Temporal try again every two minutes, and is named',
    async (_what, message, position, reason) => {
      const eventLog = new FakeEventLog([message]);
      const failure = await thrownBy({ eventLog });

      expect(failure).toMatchObject({
        type: 'EventTopicConfiguration',
        nonRetryable: false,
        nextRetryDelay: 120_000,
        category: ApplicationFailureCategory.BENIGN,
      });
      expect(failure.message).toContain(`The EventLog gave a wrong message: ${reason}`);
      expect(failure.message).toContain(
        `[topic=Customer id=C-1 position=${position} from=3 after=2]. Correct its readStream(); it is tried again by itself`,
      );
      expect(eventLog.closed).toBe(1);
    },
  );

  it.each([
    ['twice', [...stored(3, 4), ...stored(4, 4)]],
    ['in another order', [...stored(4, 4), ...stored(3, 3)]],
  ])('%s has given a wrong one', async (_what, messages) => {
    expect(await thrownBy({ eventLog: new FakeEventLog(messages) })).toMatchObject({
      type: 'EventTopicConfiguration',
      message: expect.stringContaining('its position is not after 4'),
    });
  });

  it('is not told from a topic whose definition fails for its event', async () => {
    const eventTypeOf = (): never => {
      throw new Error('no such type');
    };

    expect(await thrownBy({ eventLog: new FakeEventLog(stored(3, 3)), eventTypeOf })).toMatchObject({
      type: 'EventTopicConfiguration',
      message: expect.stringContaining('no such type [topic=Customer id=C-1 position=3'),
    });
  });
});

describe('an EventLog that fails', () => {
  const unavailable = {
    type: 'EventTopicUnavailable',
    nonRetryable: false,
    category: ApplicationFailureCategory.BENIGN,
    message:
      'The EventLog cannot be read for now: connection lost [topic=Customer id=C-1 from=3].' +
      ' If it lasts, check that the worker reaches it',
  };
  const fail = (): never => {
    throw new Error('connection lost');
  };

  it('makes Temporal try again, with its backoff', async () => {
    const failure = await thrownBy({ eventLog: eventLogThat(async () => fail()) });

    expect(failure).toMatchObject(unavailable);
    expect(failure.nextRetryDelay).toBeUndefined();
  });

  it('makes Temporal try again also when it fails before the first message, or when it is closed', async () => {
    expect(await thrownBy({ eventLog: { readStream: fail } })).toMatchObject(unavailable);
    const failsToClose = new FakeEventLog(stored(3, 9));
    async function* readStream() {
      try {
        yield* failsToClose.readStream('C-1', 3);
      } finally {
        fail();
      }
    }
    expect(await thrownBy({ eventLog: { readStream } })).toMatchObject(unavailable);
  });

  it('makes Temporal try again whatever it throws', async () => {
    const eventLog = eventLogThat(() => Promise.reject(ApplicationFailure.nonRetryable('connection lost')));

    expect(await thrownBy({ eventLog })).toMatchObject(unavailable);
  });
});

it('a topic that the worker does not publish is tried again every two minutes: another worker may', async () => {
  expect(await thrownBy({}, { ...missing(3, 5), topic: 'Order' })).toMatchObject({
    type: 'EventTopicConfiguration',
    message: expect.stringContaining(
      'This worker does not publish the EventTopic [topic=Order configured=Customer]',
    ),
    nextRetryDelay: 120_000,
  });
});

describe('a read that takes long', () => {
  useFakeIntervals();

  it('is given up when the activity is cancelled, and the stream is closed', async () => {
    const environment = activityEnvironment();
    const onReturn = vi.fn();
    const eventLog = eventLogThat(() => new Promise(() => undefined), onReturn);
    const reading = runReadStream({ eventLog }, missing(3, 5), environment);
    setImmediate(() => environment.cancel());

    await expect(reading).rejects.toBeInstanceOf(CancelledFailure);
    expect(onReturn).toHaveBeenCalledOnce();
  });

  it('is given up also when the stream cannot be closed because it is still fetching', async () => {
    const environment = activityEnvironment();
    async function* readStream() {
      await new Promise(() => undefined);
      yield* stored(3, 5);
    }
    const reading = runReadStream({ eventLog: { readStream } }, missing(3, 5), environment);
    setImmediate(() => environment.cancel());

    await expect(reading).rejects.toBeInstanceOf(CancelledFailure);
  });

  it('heartbeats every two seconds, by which it learns that it is cancelled', async () => {
    const environment = activityEnvironment();
    const heartbeats = vi.fn();
    environment.on('heartbeat', heartbeats);
    const answer = deferred<IteratorResult<never>>();
    const eventLog = eventLogThat(() => answer.promise);
    const reading = runReadStream({ eventLog }, missing(3, 5), environment);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(heartbeats).toHaveBeenCalledTimes(2);
    answer.resolve({ done: true, value: undefined });
    await reading;
    await vi.advanceTimersByTimeAsync(60_000);

    expect(heartbeats).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});
