import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { EventPublisher } from '../../../../src/activities/event-publisher.ts';
import type { PublishFailure } from '../../../../src/common/protocol/activities.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

const unavailable: PublishFailure = { kind: 'retry', code: 'ServiceUnavailable', reason: 'Try again' };
const refused: PublishFailure = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' };
const forbidden: PublishFailure = {
  kind: 'configuration',
  code: 'AuthorizationError',
  reason: 'not allowed',
};

/** A publisher that fails these messages. */
function failing(failures: Readonly<Record<string, PublishFailure>>): FakePublisher {
  const publisher = new FakePublisher();
  publisher.answer = (msgId) => failures[msgId];
  return publisher;
}

/** What the activity throws. */
async function thrownBy(
  publisher: EventPublisher,
  input = inputOf({ 'C-1': [1, 2] }),
): Promise<ApplicationFailure> {
  const error = await runActivity(publisher, input).catch((thrown: unknown) => thrown);
  if (error instanceof ApplicationFailure) return error;
  throw new Error(`No ApplicationFailure: ${JSON.stringify(error)}`);
}

describe('an event that is not published', () => {
  it.each([unavailable, forbidden, refused])(
    'stops its aggregate, and what was published before is returned: $code',
    async (failure) => {
      const publisher = failing({ 'm-3': failure });

      expect(await runActivity(publisher, inputOf({ 'C-1': [1, 5] }))).toEqual({
        outcomes: [{ receipts: receiptsOf('m-1', 'm-2'), failure }],
      });
      expect(publisher.requested).toEqual(['m-1', 'm-2', 'm-3']);
    },
  );

  it('does not stop other aggregates', async () => {
    const result = await runActivity(
      failing({ 'm-1': unavailable }),
      inputOf({ 'C-1': [1, 2], 'C-2': [3, 4] }),
    );

    expect(result).toEqual({
      outcomes: [{ receipts: [], failure: unavailable }, { receipts: receiptsOf('m-3', 'm-4') }],
    });
  });

  it('is returned when only another event or an operator helps, also when it is the first', async () => {
    expect(await runActivity(failing({ 'm-1': refused }), inputOf({ 'C-1': [1, 2] }))).toEqual({
      outcomes: [{ receipts: [], failure: refused }],
    });
  });

  it('is returned beside failures that time cures: the parked aggregate must not wait for the others', async () => {
    const publisher = failing({ 'm-1': unavailable, 'm-2': refused });

    expect(await runActivity(publisher, inputOf({ 'C-1': [1, 1], 'C-2': [2, 2] }))).toEqual({
      outcomes: [
        { receipts: [], failure: unavailable },
        { receipts: [], failure: refused },
      ],
    });
  });
});

describe('a workflow that wants its failures returned, to wait by itself', () => {
  it.each([unavailable, forbidden])('gets them also when nothing was achieved: $code', async (failure) => {
    const input = { ...inputOf({ 'C-1': [1, 2], 'C-2': [3, 3] }), returnFailures: true };

    expect(await runActivity(failing({ 'm-1': failure, 'm-3': unavailable }), input)).toEqual({
      outcomes: [
        { receipts: [], failure },
        { receipts: [], failure: unavailable },
      ],
    });
  });

  it('has Temporal try again a topic that the worker does not publish', async () => {
    const input = { topic: 'Order', aggregates: [], returnFailures: true };

    expect(await thrownBy(new FakePublisher(), input)).toMatchObject({ type: 'EventTopicConfiguration' });
  });
});

describe('when nothing was achieved, Temporal is made to try again', () => {
  it('with its backoff, when time cures it', async () => {
    const failure = await thrownBy(failing({ 'm-1': unavailable }));

    expect(failure).toMatchObject({
      type: 'EventTopicUnavailable',
      message:
        'Publishing fails for now: Try again [topic=Customer target=fake aggregates=1 code=ServiceUnavailable].' +
        ' If it lasts, check the network, AWS_ENDPOINT_URL_SNS and SNS quotas',
      nonRetryable: false,
    });
    expect(failure.nextRetryDelay).toBeUndefined();
  });

  it('every two minutes, when an operator must help', async () => {
    expect(await thrownBy(failing({ 'm-1': forbidden }))).toMatchObject({
      type: 'EventTopicConfiguration',
      message:
        'Publishing is refused: not allowed [topic=Customer target=fake aggregates=1 code=AuthorizationError].' +
        ' Correct permissions, keys, credentials or the topic; it is tried again by itself',
      nonRetryable: false,
      nextRetryDelay: 120_000,
    });
  });

  it.each([
    ['time cures it', 'Customer', unavailable],
    ['an operator must help', 'Customer', forbidden],
    ['the worker does not publish the topic', 'Order', unavailable],
  ])('without a line per attempt in the logs, when %s', async (_when, topic, failure) => {
    const thrown = await thrownBy(failing({ 'm-1': failure }), { ...inputOf({ 'C-1': [1, 1] }), topic });

    expect(thrown.category).toBe(ApplicationFailureCategory.BENIGN);
  });

  it('naming what an operator must do, when there are failures of both kinds', async () => {
    const publisher = failing({ 'm-1': unavailable, 'm-2': forbidden });

    expect(await thrownBy(publisher, inputOf({ 'C-1': [1, 1], 'C-2': [2, 2] }))).toMatchObject({
      type: 'EventTopicConfiguration',
      message: expect.stringContaining('[topic=Customer target=fake aggregates=2 code=AuthorizationError]'),
    });
  });

  it('when a publisher gives no result for an event', async () => {
    const silent: EventPublisher = { maxBatchEntries: 1, publish: async () => [], describe: () => 'silent' };

    expect(await thrownBy(silent)).toMatchObject({
      type: 'EventTopicUnavailable',
      message: expect.stringMatching(
        /The publisher answered for 0 of 1 events; .* \[topic=Customer target=silent/,
      ),
    });
  });

  it('when the worker does not publish the topic: another worker or a later deploy may', async () => {
    expect(await thrownBy(new FakePublisher(), { topic: 'Order', aggregates: [] })).toMatchObject({
      type: 'EventTopicConfiguration',
      message:
        'This worker does not publish the EventTopic [topic=Order configured=Customer].' +
        " Add it to the worker's topics (EVENT_TOPICS), or use a task queue of its own",
      nonRetryable: false,
      nextRetryDelay: 120_000,
    });
  });
});
