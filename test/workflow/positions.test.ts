import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/event-topic.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { customers, positioned } from '../support/customer.ts';
import { FakeTemporal } from '../support/fake-temporal.ts';
import { type RigOptions, until, withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const operator = { actor: 'ada', reason: 'a test' };
const inOrder = (id: string, from: number, to: number): string[] =>
  positioned(id, from, to).map(({ meta }) => meta.msgId);
const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item, index) => ({ item, key: (index * 7919) % 211 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

describe.each([
  ['a publisher for each aggregate', undefined],
  ['partitions', 2],
])('a topic that orders by position, with %s', (_title, partitions) => {
  const temporal = useTemporalDevServer();
  let topics = 0;
  const byPosition = (settings = {}): RigOptions => {
    topics += 1;
    const spec = { ordering: 'position', ...(partitions ? { partitions } : {}) } as const;
    return {
      definition: customers(`Ordered${topics}`, spec),
      settings: { gapTimeoutMs: 1_500, ...settings },
    };
  };

  it('publishes 1 to 200 in order when two processes publish each event, concurrently and unordered', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic, taskQueue }) => {
        const other = new EventTopic(topic.topic, {
          client: temporal.env.client,
          taskQueue,
          settings: { gapTimeoutMs: 30_000 },
        });
        const events = positioned('a', 1, 200);
        const calls = shuffled(events).map((event, index) => (index % 2 ? topic : other).publish([event]));
        await Promise.all([
          ...calls,
          ...shuffled(events.slice(50, 80)).map((event) => other.publish([event])),
        ]);
        await until(() => publisher.published.length === 200);
        expect(publisher.published).toEqual(inOrder('a', 1, 200));
        expect(await topic.status('a')).toMatchObject({
          state: 'idle',
          published: 200,
          position: { watermark: 200, early: 0, late: 0 },
        });
      },
      byPosition({ gapTimeoutMs: 30_000 }),
    );
  });

  it('drops a late duplicate however late, and lets the first events after a pause sort themselves', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await Promise.all([...positioned('a', 41, 45)].reverse().map((event) => topic.publish([event])));
        await until(() => publisher.published.length === 5);
        for (let from = 46; from < 146; from += 50) await topic.publish(positioned('a', from, from + 49));
        await until(() => publisher.published.length === 105);
        await topic.publish(positioned('a', 42, 60));
        await topic.publish(positioned('a', 146, 146), { waitFor: 'published' });
        expect(publisher.published).toEqual(inOrder('a', 41, 146));
      },
      byPosition(),
    );
  });

  it('heals a gap from the EventLog', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    const stored = positioned('a', 1, 30);
    const asked: number[] = [];
    const eventLog = {
      async *readStream(_id: string, fromPosition: number): AsyncIterable<EventMessage> {
        asked.push(fromPosition);
        yield* stored.slice(fromPosition - 1);
      },
    };
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(stored.slice(0, 3));
        await topic.publish(stored.slice(9, 12));
        await topic.publish(stored.slice(19, 20));
        await until(() => publisher.published.length === 20);
        expect(publisher.published).toEqual(inOrder('a', 1, 20));
        expect(asked).toEqual([4, 13]);
      },
      { ...byPosition({ gapTimeoutMs: 300 }), target: { eventLog } },
    );
  });

  it('parks at a gap when there is no EventLog, goes on when the missing event comes, or is given up', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(positioned('a', 1, 2));
        await topic.publish(positioned('a', 5, 6));
        await until(async () => (await topic.status('a')).state === 'parked');
        expect(await topic.status('a')).toMatchObject({
          pending: 2,
          parked: { code: 'Gap', msgId: 'a-5', reason: expect.stringContaining('3 to 4') },
          position: { watermark: 2, missing: { from: 3, to: 4 } },
        });
        expect(publisher.published).toEqual(inOrder('a', 1, 2));
        await topic.publish(positioned('a', 3, 4));
        await until(() => publisher.published.length === 6);
        await topic.publish(positioned('a', 9, 9));
        await until(async () => (await topic.status('a')).state === 'parked');
        await topic.skip('a', operator);
        await until(() => publisher.published.length === 7);
        expect(publisher.published).toEqual([...inOrder('a', 1, 6), 'a-9']);
      },
      byPosition({ gapTimeoutMs: 300 }),
    );
  });

  it('notices a gap that began while the timer of a healed one still ran', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(positioned('a', 1, 1));
        await topic.publish(positioned('a', 3, 3));
        await topic.publish(positioned('a', 2, 2));
        await until(() => publisher.published.length === 3);
        // The dev server's timers may run out a second late.
        await sleep(1_500);
        await topic.publish(positioned('a', 5, 5));
        await until(async () => (await topic.status('a')).state === 'parked');
        expect(await topic.status('a')).toMatchObject({ parked: { code: 'Gap', msgId: 'a-5' } });
      },
      byPosition({ gapTimeoutMs: 2_500 }),
    );
  });

  it('parks when a position comes again with another content, and never chooses silently', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(positioned('a', 1, 3), { waitFor: 'published' });
        const [other] = positioned('a', 3, 3).map((message) => ({
          ...message,
          meta: { ...message.meta, msgId: 'other-3' },
        }));
        await topic.publish(other ? [other] : []);
        await until(async () => (await topic.status('a')).state === 'parked');
        await topic.publish(positioned('a', 4, 4));
        expect(await topic.status('a')).toMatchObject({
          parked: { code: 'PositionConflict', msgId: 'other-3' },
          pending: 1,
        });
        await expect(topic.retry('a', operator)).rejects.toMatchObject({ code: 'OPERATION_REFUSED' });
        await topic.skip('a', operator);
        await until(() => publisher.published.length === 4);
        expect(publisher.published).toEqual(inOrder('a', 1, 4));
      },
      byPosition(),
    );
  });
});

it('refuses a message without position before anything is sent', async () => {
  const topic = new EventTopic(customers('Ordered', { ordering: 'position' }), {
    client: new FakeTemporal().client,
  });
  const [first, second] = positioned('a', 1, 2);
  const { position: _, ...without } = second ?? {};
  await expect(topic.publish([first, without] as never)).rejects.toMatchObject({
    code: 'INVALID_MESSAGES',
    faults: [{ index: 1, path: 'position' }],
  });
});
