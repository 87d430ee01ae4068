import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { createPublishActivities } from '../../src/activities/publish-events.ts';
import { isEventTopicError } from '../../src/common/errors.ts';
import { PUBLISH_ACTIVITY } from '../../src/common/names.ts';
import type { PublishEventsInput } from '../../src/common/protocol/activities.ts';
import { renames } from '../support/customer.ts';
import { type Rig, until, withWorker } from '../support/publisher-worker.ts';
import { refused, ScriptedPublisher } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const operator = { actor: 'ada', reason: 'the topic takes it now' };

describe('an event that SNS refuses', () => {
  const temporal = useTemporalDevServer();

  it('parks its aggregate, is visible on the status, and holds back only what follows it', async () => {
    const publisher = new ScriptedPublisher((msgId) => (msgId === 'a-2' ? refused : undefined));
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await topic.publish([...renames('a', 1, 3), ...renames('b', 1, 3)]);
      await until(() => publisher.published.length === 4);
      await until(async () => (await topic.status('a')).state === 'parked');
      expect(await topic.status('a')).toMatchObject({
        state: 'parked',
        pending: 2,
        published: 1,
        next: 'a-2',
        parked: {
          msgId: 'a-2',
          code: 'InvalidParameter',
          reason: 'bad message',
          since: expect.stringMatching(/Z$/),
        },
      });
      await topic.publish(renames('a', 4, 4));
      await topic.publish(renames('b', 4, 4));
      await until(() => publisher.publishedOf('b').length === 4);
      expect(publisher.publishedOf('a')).toEqual(['a-1']);
    });
  });

  it('is published in its place when an operator retries it after the cause is cured', async () => {
    let isCured = false;
    const publisher = new ScriptedPublisher((msgId) => (msgId === 'c-1' && !isCured ? refused : undefined));
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await topic.publish(renames('c', 1, 3));
      await until(async () => (await topic.status('c')).state === 'parked');
      isCured = true;
      expect(await topic.retry('c', operator)).toMatchObject({ state: 'publishing', pending: 3 });
      await until(() => publisher.published.length === 3);
      expect(publisher.published).toEqual(['c-1', 'c-2', 'c-3']);
    });
  });

  it('parks again when the retry is refused too', async () => {
    const publisher = new ScriptedPublisher(() => refused);
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await topic.publish(renames('d', 1, 2));
      await until(async () => (await topic.status('d')).state === 'parked');
      await topic.retry('d', operator);
      await until(() => publisher.attempts.length === 2);
      await until(async () => (await topic.status('d')).state === 'parked');
      expect(publisher.attempts.map(({ msgId }) => msgId)).toEqual(['d-1', 'd-1']);
    });
  });
});

describe('a retry', () => {
  const temporal = useTemporalDevServer();

  it('is refused with a clear error when nothing is parked, no publisher is open, or nobody signs for it', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await topic.publish(renames('e', 1, 1));
      await until(() => publisher.published.length === 1);
      const codeOf = (promise: Promise<unknown>) =>
        promise.then(
          () => undefined,
          (error: unknown) => (isEventTopicError(error) ? error.code : error),
        );
      expect(await codeOf(topic.retry('e', operator))).toBe('OPERATION_REFUSED');
      expect(await codeOf(topic.retry('never', operator))).toBe('PUBLISHER_NOT_FOUND');
      expect(await codeOf(topic.retry('e', { actor: '', reason: '' }))).toBe('OPERATION_REFUSED');
      await expect(topic.retry('e', operator)).rejects.toThrow('No event of this aggregate is parked');
    });
  });
});

describe('an activity that fails in a way that nobody foresaw', () => {
  const temporal = useTemporalDevServer();

  it('parks the event instead of failing the publisher', async () => {
    let isBroken = true;
    const publisher = new ScriptedPublisher(() => undefined);
    const working = createPublishActivities(new Map([['Customer', publisher]]))[PUBLISH_ACTIVITY];
    const activities = {
      [PUBLISH_ACTIVITY]: (input: PublishEventsInput) => {
        if (isBroken) throw ApplicationFailure.nonRetryable('a bug', 'Bug');
        return working(input);
      },
    };
    const test = async ({ topic }: Rig): Promise<void> => {
      await topic.publish(renames('f', 1, 2));
      await until(async () => (await topic.status('f')).state === 'parked');
      expect(await topic.status('f')).toMatchObject({
        parked: { msgId: 'f-1', code: 'Bug', reason: 'a bug' },
      });
      isBroken = false;
      await topic.retry('f', operator);
      await until(() => publisher.published.length === 2);
      expect(publisher.published).toEqual(['f-1', 'f-2']);
    };
    await withWorker(temporal.env, publisher, test, { worker: { activities } });
  });
});

describe('a publisher that throws', () => {
  const temporal = useTemporalDevServer();

  it('harms only the event that makes it throw, and says so on the status', async () => {
    const publisher = new ScriptedPublisher((msgId) => {
      if (msgId === 'g-1') throw new Error('cannot read g-1');
      return undefined;
    });
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await topic.publish([...renames('g', 1, 2), ...renames('h', 1, 2), ...renames('i', 1, 2)]);
      await until(() => publisher.published.length === 4);
      await until(async () => 'retrying' in (await topic.status('g')));
      expect(await topic.status('g')).toMatchObject({
        state: 'publishing',
        next: 'g-1',
        retrying: { reason: expect.stringContaining('cannot read g-1') },
      });
    });
  });
});
