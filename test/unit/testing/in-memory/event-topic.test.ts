import { describe, expect, it, vi } from 'vitest';
import type { EventPublisher } from '../../../../src/activities/event-publisher.ts';
import { InMemoryPublisher } from '../../../../src/activities/publishers/in-memory-publisher.ts';
import { InMemoryEventTopic } from '../../../../src/testing/in-memory/in-memory-event-topic.ts';
import { Customer, customers, positioned, renames } from '../../../support/customer.ts';
import { runNode } from '../../../support/run-process.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const operator = { actor: 'ada', reason: 'a test' };
const partitioned = customers('Partitioned', { partitions: 2 });

describe.each([
  ['a publisher for each aggregate', Customer],
  ['partitions', partitioned],
])('time, in an in-memory topic with %s,', (_with, definition) => {
  it('passes at once: an outage of three days loses nothing, and is tried with doubling delays up to a minute', async () => {
    const topic = new InMemoryEventTopic(definition, { now: () => 0 });
    const { publisher } = topic;
    publisher.startOutage();
    await topic.publish(renames('a', 1, 3));
    await topic.tick(3 * DAY);

    expect(publisher.messages).toEqual([]);
    expect(publisher.spy.attempts.length).toBeGreaterThan(3 * 24 * 60);
    const times = publisher.spy.attempts.map(({ at }) => at);
    const delays = times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / SECOND);
    expect(delays.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 60]);
    expect(new Set(delays.slice(7))).toEqual(new Set([60]));

    publisher.endOutage();
    await topic.tick(MINUTE);
    expect(publisher.messages.map(({ meta }) => meta.msgId)).toEqual(['a-1', 'a-2', 'a-3']);
    expect(await topic.status('a')).toMatchObject({ state: 'idle', pending: 0 });
  });

  it('does not make a paused aggregate try again', async () => {
    const topic = new InMemoryEventTopic(definition, { now: () => 0 });
    const { publisher } = topic;
    publisher.startOutage();
    await topic.publish(renames('c', 1, 2));
    await topic.tick(MINUTE);
    expect(await topic.pause('c', operator)).toMatchObject({ state: 'paused', pending: 2 });
    const tries = publisher.spy.attempts.length;
    publisher.endOutage();
    await topic.tick(HOUR);
    expect(publisher.spy.attempts).toHaveLength(tries);
    await topic.resume('c', operator);
    await topic.tick(MINUTE);
    expect(publisher.messages).toHaveLength(2);
  });

  it('lets a publisher close that was idle for the linger time, which then remembers nothing', async () => {
    const publisher = new InMemoryPublisher();
    const topic = new InMemoryEventTopic(definition, { publisher });
    await topic.publish(renames('b', 1, 1));
    await topic.tick(9 * MINUTE);
    await topic.publish(renames('b', 1, 1));
    expect(await topic.status('b')).toMatchObject({ open: true, duplicates: 1 });
    await topic.tick(11 * MINUTE);
    expect(await topic.status('b')).toMatchObject({ open: false });
    await topic.publish(renames('b', 1, 2), { waitFor: 'published' });
    expect(await topic.status('b')).toMatchObject({ open: true, published: 2, duplicates: 0 });
    expect(publisher.messages).toHaveLength(2);
  });
});

describe('an in-memory topic', () => {
  it('tries again every two minutes what only an operator can cure', async () => {
    const topic = new InMemoryEventTopic(Customer, { now: () => 0 });
    topic.publisher.startOutage({ kind: 'configuration', code: 'AuthorizationError' });
    await topic.publish(renames('a', 1, 1));
    await topic.tick(HOUR);
    expect(topic.publisher.spy.attempts.map(({ at }) => at / MINUTE)).toEqual(
      Array.from({ length: 31 }, (_, index) => 2 * index),
    );
  });

  it('lets no aggregate wait for another one that fails', async () => {
    const publisher = new InMemoryPublisher({
      script: ({ id }) => (id === 'slow' ? { kind: 'retry', code: 'Throttled', reason: 'wait' } : undefined),
    });
    const topic = new InMemoryEventTopic(partitioned, { publisher });
    await topic.publish(['slow', 'a', 'b', 'c'].flatMap((id) => renames(id, 1, 2)));
    await topic.tick();
    expect(publisher.messages.map(({ id }) => id).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    expect(await topic.status('slow')).toMatchObject({ retrying: { code: 'Throttled' } });
  });

  it('has paused an aggregate when what was in flight has its answer', async () => {
    const answers: (() => void)[] = [];
    const publisher = new InMemoryPublisher({
      script: () => new Promise((resolve) => answers.push(() => resolve(undefined))),
    });
    const ignoresSignals: EventPublisher = {
      maxBatchEntries: 1,
      describe: () => 'test',
      publish: (topic, entries) => publisher.publish(topic, entries),
    };
    const topic = new InMemoryEventTopic(Customer, { publisher: ignoresSignals });
    await topic.publish(renames('a', 1, 3));
    await vi.waitUntil(() => answers.length === 1);
    const paused = topic.pause('a', operator);
    setImmediate(() => answers[0]?.());
    expect(await paused).toMatchObject({ state: 'paused', published: 1, pending: 2 });
    await topic.tick(MINUTE);
    expect(publisher.spy.attempts).toHaveLength(1);
  });

  it('asks the EventLog for a gap only when its time is over', async () => {
    const asked: number[] = [];
    const eventLog = {
      async *readStream(_id: string, from: number) {
        asked.push(from);
        yield* positioned('a', from, 3);
      },
    };
    const definition = customers('Ordered', { ordering: 'position' });
    const topic = new InMemoryEventTopic(definition, { eventLog, settings: { gapTimeoutMs: HOUR } });
    await topic.publish([...positioned('a', 1, 1), ...positioned('a', 3, 3)]);
    await topic.tick(59 * MINUTE);
    expect(asked).toEqual([]);
    expect(topic.publisher.messages).toHaveLength(1);
    await topic.tick(MINUTE);
    expect(asked).toEqual([2]);
    expect(topic.publisher.messages.map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  it('parks at a gap when the EventLog fails, or gives another aggregate’s message', async () => {
    const eventLog = {
      async *readStream(id: string) {
        if (id === 'a') throw new Error('no connection');
        yield* positioned('x', 2, 2);
      },
    };
    const topic = new InMemoryEventTopic(customers('Ordered', { ordering: 'position' }), { eventLog });
    for (const id of ['a', 'b']) await topic.publish([...positioned(id, 1, 1), ...positioned(id, 3, 3)]);
    await topic.tick(MINUTE);
    const [a, b] = await topic.parked();
    expect([a?.reason, b?.reason]).toEqual([
      'Position 2 of the stream is missing: the EventLog does not answer: no connection',
      'Position 2 of the stream is missing: the EventLog does not answer: it is a message of the aggregate "x"',
    ]);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('a bug')), 'PublisherFailed', 'a bug'],
    ['gives no result', async () => [], 'WrongAnswer', 'The publisher answered for 0 of 1 events'],
  ])('tries again with a publisher that %s', async (_what, publish, code, reason) => {
    let isBroken = true;
    const memory = new InMemoryPublisher();
    const publisher: EventPublisher = {
      maxBatchEntries: 1,
      describe: () => 'test',
      publish: (topic, entries) => (isBroken ? publish() : memory.publish(topic, entries)),
    };
    const topic = new InMemoryEventTopic(Customer, { publisher });
    await topic.publish(renames('a', 1, 1));
    await topic.tick();
    expect(await topic.status('a')).toMatchObject({
      retrying: {
        attempts: 1,
        reason: expect.stringContaining(`Publishing fails for now: ${code} ${reason}`),
      },
    });
    isBroken = false;
    await topic.tick(SECOND);
    expect(memory.messages).toHaveLength(1);
  });

  it('refuses what is wrong in its options, as the real one does', () => {
    expect(() => new InMemoryEventTopic(Customer, { maxMessageBytes: 1 })).toThrow(
      /maxMessageBytes is 1,024/,
    );
  });

  it('does not keep a process alive that has events waiting', async () => {
    const script = `
      import { InMemoryEventTopic } from './src/testing/in-memory/in-memory-event-topic.ts';
      import { Customer, renames } from './test/support/customer.ts';
      const topic = new InMemoryEventTopic(Customer);
      topic.publisher.startOutage();
      const published = topic.publish(renames('a', 1, 1), { waitFor: 'published', timeout: 100 });
      await published.catch(({ code }) => console.log(code));
      await topic.tick(3_600_000);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const started = Date.now();
    expect(await runNode(args).finished).toEqual({
      code: 0,
      stdout: 'PUBLISH_NOT_CONFIRMED\n',
      stderr: '',
    });
    expect(Date.now() - started).toBeLessThan(30_000);
  });
});
