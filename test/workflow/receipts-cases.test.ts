import { describe, expect, it } from 'vitest';
import type { NotPublishedError, Receipt } from '../../src/common/errors.ts';
import { renamed, renames } from '../support/customer.ts';
import { eachLayout } from '../support/layouts.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { RefusingPublisher } from '../support/refusing-publisher.ts';
import { ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const operator = { actor: 'ada', reason: 'a test' };
const wait = { waitFor: 'published' } as const;
const msgIdsOf = (list: readonly { msgId: string }[]): string[] => list.map(({ msgId }) => msgId);
const failureOf = (publish: Promise<unknown>): Promise<NotPublishedError> =>
  publish.then(
    () => Promise.reject(new Error('It resolved')),
    (error) => error,
  );
const receiptOf = (id: string, msgId: string): Receipt => ({
  id,
  msgId,
  snsMessageId: expect.stringMatching(/^memory-\d+$/),
  sequenceNumber: expect.stringMatching(/^\d+$/),
});

describe.each(eachLayout('Confirmed'))('publish with waitFor, with $title,', ({ rig }) => {
  const temporal = useTemporalDevServer();

  it("resolves with SNS's ids for each message, in the order of the messages", async () => {
    await withWorker(
      temporal.env,
      new RefusingPublisher(),
      async ({ topic }) => {
        const one = renames('a', 1, 5);
        expect(await topic.publish(one, wait)).toEqual(
          one.map(({ meta: { msgId } }, index) => ({
            id: 'a',
            msgId,
            snsMessageId: `memory-${index + 1}`,
            sequenceNumber: `${index + 1}`,
          })),
        );
        const many = [1, 2, 3].flatMap((n) =>
          Array.from({ length: 30 }, (_, index) => renamed(`agg${(index * 7) % 30}`, `m-${index}-${n}`)),
        );
        const receipts = await topic.publish(many, wait);
        expect(receipts).toEqual(many.map(({ id, meta }) => receiptOf(id, meta.msgId)));
        expect(new Set(receipts.map(({ snsMessageId }) => snsMessageId)).size).toBe(90);
        expect(await topic.publish([], wait)).toEqual([]);
      },
      rig(),
    );
  });

  it('resolves for messages that were published before, with the same ids', async () => {
    await withWorker(
      temporal.env,
      new RefusingPublisher(),
      async ({ topic }) => {
        const messages = renames('a', 1, 3);
        const before = await topic.publish(messages, wait);
        expect(await topic.publish([...messages].reverse(), wait)).toEqual([...before].reverse());
      },
      rig(),
    );
  });

  it('rejects when one is parked, for it and for what waits behind it; the receipts of the others are there', async () => {
    const publisher = new RefusingPublisher(['a-2']);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const messages = [...renames('a', 1, 4), ...renames('b', 1, 2)];
        const error = await failureOf(topic.publish(messages, wait));
        expect(error).toMatchObject({
          code: 'PUBLISH_PARKED',
          message: expect.stringContaining('The aggregate is parked at message a-2: InvalidParameter'),
          waiting: [],
        });
        expect(error.receipts).toEqual([receiptOf('a', 'a-1'), receiptOf('b', 'b-1'), receiptOf('b', 'b-2')]);
        expect(error.parked).toEqual(
          ['a-2', 'a-3', 'a-4'].map((msgId) => ({
            id: 'a',
            msgId,
            parked: {
              msgId: 'a-2',
              code: 'InvalidParameter',
              reason: 'bad message',
              since: expect.any(String),
            },
          })),
        );
        // Also who comes later, and who asks again.
        const later = await failureOf(topic.publish(renames('a', 4, 6), wait));
        expect(msgIdsOf(later.parked)).toEqual(['a-4', 'a-5', 'a-6']);
        publisher.bad.clear();
        await topic.retry('a', operator);
        expect(msgIdsOf(await topic.publish(messages, wait))).toEqual(messages.map(({ meta }) => meta.msgId));
      },
      rig(),
    );
  });

  it('rejects for a message that an operator has skipped', async () => {
    const publisher = new RefusingPublisher(['a-1']);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await failureOf(topic.publish(renames('a', 1, 2), wait));
        await topic.skip('a', operator);
        const error = await failureOf(topic.publish(renames('a', 1, 3), wait));
        expect(error).toMatchObject({ code: 'PUBLISH_PARKED', parked: [{ id: 'a', msgId: 'a-1' }] });
        expect(error.parked[0]).not.toHaveProperty('parked');
        expect(error.message).toContain('An operator has dropped the message');
        expect(msgIdsOf(error.receipts)).toEqual(['a-2', 'a-3']);
      },
      rig(),
    );
  });

  it('rejects when the time is over, and the messages are published later all the same', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher((msgId) =>
      isDown && msgId.startsWith('a') ? throttled : undefined,
    );
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const messages = [...renames('b', 1, 1), ...renames('a', 1, 2)];
        const error = await failureOf(topic.publish(messages, { ...wait, timeout: 3_000 }));
        expect(error).toMatchObject({
          code: 'PUBLISH_NOT_CONFIRMED',
          message: expect.stringContaining('Not every message was published in time'),
          waiting: [
            { id: 'a', msgId: 'a-1' },
            { id: 'a', msgId: 'a-2' },
          ],
          parked: [],
        });
        expect(msgIdsOf(error.receipts)).toEqual(['b-1']);
        expect(error.details['waitedMs']).toBeGreaterThanOrEqual(2_990);
        isDown = false;
        await until(() => publisher.publishedOf('a').length === 2);
        expect(publisher.publishedOf('a')).toEqual(['a-1', 'a-2']);
      },
      rig(),
    );
  });

  it('ends the wait when the signal aborts, and says which are accepted', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher(() => (isDown ? throttled : undefined));
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const abort = new AbortController();
        const publish = failureOf(topic.publish(renames('a', 1, 2), { ...wait, signal: abort.signal }));
        await until(() => publisher.attempts.length > 0);
        abort.abort(new Error('the caller has gone'));
        expect(await publish).toMatchObject({
          code: 'PUBLISH_NOT_CONFIRMED',
          message: expect.stringContaining('before the wait ended: the caller has gone'),
          cause: abort.signal.reason,
          waiting: [{ msgId: 'a-1' }, { msgId: 'a-2' }],
        });
        isDown = false;
        expect(msgIdsOf(await topic.publish(renames('a', 1, 2), wait))).toEqual(['a-1', 'a-2']);
      },
      rig(),
    );
  });

  it('waits as long as it takes, whatever large number the timeout is', async () => {
    await withWorker(
      temporal.env,
      new RefusingPublisher(),
      async ({ topic }) => {
        for (const timeout of [Number.POSITIVE_INFINITY, 2 ** 31, 30 * 24 * 3_600_000]) {
          await expect(
            topic.publish(renames(`t${timeout}`, 1, 1), { ...wait, timeout }),
          ).resolves.toHaveLength(1);
        }
      },
      rig(),
    );
  });
});
