import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/event-topic.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { customers, renamed, renames } from '../support/customer.ts';
import { type RigOptions, until, withWorker } from '../support/publisher-worker.ts';
import { refused, ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const operator = { actor: 'ada', reason: 'a test' };
const published = { waitFor: 'published' } as const;
const endings = useTemporalDevServer();

describe.each([
  ['a publisher for each aggregate', undefined],
  ['partitions', 2],
])('a call that waits for receipts, with %s', (_title, partitions) => {
  const temporal = useTemporalDevServer();
  let topics = 0;
  const rig = (settings = {}): RigOptions => {
    topics += 1;
    return { definition: customers(`Receipts${topics}`, partitions ? { partitions } : {}), settings };
  };

  it('resolves with the ids that SNS gave, in the order of the messages', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const messages = [1, 2, 3].flatMap((n) => ['a', 'b', 'c'].map((id) => renamed(id, `${id}-${n}`)));
        const receipts = await topic.publish(messages, published);
        expect(receipts.map(({ id, msgId }) => ({ id, msgId }))).toEqual(
          messages.map(({ id, meta }) => ({ id, msgId: meta.msgId })),
        );
        const byPublication = [...receipts].sort(
          (a, b) => Number(a.sequenceNumber) - Number(b.sequenceNumber),
        );
        expect(byPublication.map(({ msgId }) => msgId)).toEqual(publisher.published);
        expect(
          receipts.every(({ snsMessageId, sequenceNumber }) => snsMessageId === `memory-${sequenceNumber}`),
        ).toBe(true);
        // Published before: the same receipts.
        expect(await topic.publish(messages, published)).toEqual(receipts);
      },
      rig(),
    );
  });

  it('resolves also when the publisher continues as new all the time', async () => {
    const publisher = new ScriptedPublisher(
      () => new Promise((resolve) => setTimeout(() => resolve(undefined), 20)),
    );
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const calls = Array.from({ length: 40 }, async (_, n) => {
          await new Promise((resolve) => setTimeout(resolve, 25 * n));
          return topic.publish([renamed('a', `a-${n}`), renamed('b', `b-${n}`)], published);
        });
        const receipts = (await Promise.all(calls)).flat();
        expect(receipts).toHaveLength(80);
        expect(receipts.every(({ snsMessageId }) => snsMessageId)).toBe(true);
        expect(publisher.publishedOf('a')).toHaveLength(40);
      },
      rig({ maxSignalsPerRun: 3 }),
    );
  });

  it('rejects when SNS refuses a message, also for those behind it, and names the others receipts', async () => {
    const publisher = new ScriptedPublisher((msgId) => (msgId === 'a-2' ? refused : undefined));
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const call = topic.publish([...renames('a', 1, 3), ...renames('b', 1, 1)], published);
        await expect(call).rejects.toMatchObject({
          code: 'PUBLISH_PARKED',
          message: expect.stringContaining('a-2'),
          receipts: [{ msgId: 'a-1' }, { msgId: 'b-1' }],
          parked: [
            { id: 'a', msgId: 'a-2', parked: { msgId: 'a-2', code: 'InvalidParameter' } },
            { id: 'a', msgId: 'a-3', parked: { msgId: 'a-2' } },
          ],
          waiting: [],
        });
        await expect(topic.publish(renames('a', 4, 4), published)).rejects.toMatchObject({
          code: 'PUBLISH_PARKED',
        });
        await topic.skip('a', operator);
        await until(() => publisher.publishedOf('a').length === 3);
        const skipped = topic.publish(renames('a', 2, 2), published);
        await expect(skipped).rejects.toMatchObject({
          code: 'PUBLISH_PARKED',
          message: expect.stringContaining('dropped'),
        });
      },
      rig(),
    );
  });

  it('ends at its timeout or its signal; the messages are published later all the same', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher(() => (isDown ? throttled : undefined));
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await expect(topic.publish(renames('a', 1, 2), { ...published, timeout: 300 })).rejects.toMatchObject(
          {
            code: 'PUBLISH_NOT_CONFIRMED',
            receipts: [],
            waiting: [
              { id: 'a', msgId: 'a-1' },
              { id: 'a', msgId: 'a-2' },
            ],
          },
        );
        const controller = new AbortController();
        const call = topic.publish(renames('a', 3, 3), { ...published, signal: controller.signal });
        await until(
          async () =>
            'accepted' in (await topic.status('a')) && (await topic.status('a')).state !== 'unknown',
        );
        setTimeout(() => controller.abort(new Error('the user has left')), 300);
        await expect(call).rejects.toMatchObject({
          code: 'PUBLISH_NOT_CONFIRMED',
          message: expect.stringContaining('the user has left'),
        });
        isDown = false;
        expect(await topic.publish(renames('a', 1, 3), published)).toHaveLength(3);
        expect(publisher.published).toEqual(['a-1', 'a-2', 'a-3']);
      },
      rig(),
    );
  });

  it('does not wait for others that wait: a paused aggregate, a caller who gave up', async () => {
    const publisher = new ScriptedPublisher((msgId) => (msgId === 'slow-1' ? throttled : undefined));
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.pause('paused', operator);
        const held = topic.publish(renames('paused', 1, 1), published);
        const slow = topic.publish(renames('slow', 1, 1), { ...published, timeout: 3_000 });
        const slowRejects = expect(slow).rejects.toMatchObject({ code: 'PUBLISH_NOT_CONFIRMED' });
        const gaveUp = topic.publish(renames('paused', 2, 2), { ...published, timeout: 300 });
        await expect(gaveUp).rejects.toMatchObject({ code: 'PUBLISH_NOT_CONFIRMED' });
        for (let n = 1; n <= 5; n += 1) {
          const ids = ['a', 'b', 'c', 'd'];
          const calls = ids.map((id) =>
            topic.publish([renamed(id, `${id}-${n}`)], { ...published, timeout: 5_000 }),
          );
          expect(await Promise.all(calls)).toHaveLength(4);
        }
        await topic.resume('paused', operator);
        expect(await held).toMatchObject([{ msgId: 'paused-1' }]);
        await slowRejects;
      },
      rig(),
    );
  });

  it('needs one update at a time, however many callers wait', async () => {
    const publisher = new ScriptedPublisher(
      () => new Promise((resolve) => setTimeout(() => resolve(undefined), 10)),
    );
    const flights = new Map<string, number>();
    let most = 0;
    let updates = 0;
    const counting: WorkflowClientInterceptor = {
      async startUpdate(input, next) {
        updates += 1;
        const id = input.workflowExecution.workflowId;
        flights.set(id, (flights.get(id) ?? 0) + 1);
        most = Math.max(most, flights.get(id) ?? 0);
        try {
          return await next(input);
        } finally {
          flights.set(id, (flights.get(id) ?? 0) - 1);
        }
      },
    };
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic, taskQueue }) => {
        const { connection } = temporal.env;
        const client = new Client({ connection, interceptors: { workflow: [counting] } });
        const counted = new EventTopic(topic.topic, { client, taskQueue });
        const calls = Array.from({ length: 300 }, (_, n) =>
          counted.publish([renamed(`a${n % 3}`, `a${n % 3}-${n}`)], published),
        );
        const receipts = (await Promise.all(calls)).flat();
        expect(new Set(receipts.map(({ snsMessageId }) => snsMessageId)).size).toBe(300);
        expect(most).toBe(1);
        expect(updates).toBeLessThan(100);
      },
      rig(),
    );
  });
});

it('a call that has given up leaves nothing behind that would outlive its connection', async () => {
  const { env } = endings;
  await withWorker(
    env,
    new ScriptedPublisher(() => throttled),
    async ({ topic, taskQueue }) => {
      const connection = await Connection.connect({ address: env.address });
      const client = new Client({ connection });
      const own = new EventTopic(topic.topic, { client, taskQueue });
      const call = own.publish(renames('a', 1, 1), { ...published, timeout: 500 });
      await expect(call).rejects.toMatchObject({ code: 'PUBLISH_NOT_CONFIRMED' });
      await connection.close();
      // What is left running would throw where nobody can catch it.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    },
    { definition: customers('Left') },
  );
});

describe('a publisher that is gone when its messages are asked for', () => {
  const temporal = useTemporalDevServer();

  it('had published everything when it closed by itself', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        for (let n = 1; n <= 10; n += 1) {
          expect(await topic.publish([renamed('a', `a-${n}`)], published)).toMatchObject([
            { id: 'a', msgId: `a-${n}` },
          ]);
        }
        expect(publisher.published).toHaveLength(10);
      },
      { definition: customers('Closing'), settings: { lingerMs: 1 } },
    );
  });

  it('is an error when somebody terminated it', async () => {
    const publisher = new ScriptedPublisher(() => throttled);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const call = topic.publish(renames('a', 1, 1), published);
        const rejects = expect(call).rejects.toMatchObject({ code: 'PUBLISHER_NOT_FOUND' });
        await until(() => publisher.attempts.length > 0);
        await new Promise((resolve) => setTimeout(resolve, 500));
        await temporal.env.client.workflow
          .getHandle(publisherWorkflowId('Terminated', 'a'))
          .terminate('a test');
        await rejects;
      },
      { definition: customers('Terminated') },
    );
  });
});
