import { createConnection } from 'node:net';
import { TestWorkflowEnvironment } from '@temporalio/testing';
// As built: each of its workers has the prebuilt bundle, as a user's has, and need not make one.
import {
  EventTopicTestEnvironment,
  type EventTopicTestEnvironmentOptions,
  InMemoryPublisher,
} from 'temporal-event-topic/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Customer, customers, positioned, renames } from '../support/customer.ts';

const operator = { actor: 'ada', reason: 'a test' };
const Order = customers('Order', { ordering: 'position' });
let env: EventTopicTestEnvironment | undefined;

async function create(options: EventTopicTestEnvironmentOptions): Promise<EventTopicTestEnvironment> {
  env = await EventTopicTestEnvironment.create(options);
  return env;
}

afterEach(() => env?.close());

describe('a test environment', () => {
  it('publishes through Temporal to memory, where a test waits for outcomes and makes events fail', async () => {
    const { topic, publisher, published } = bound(await create({ topics: [Customer, Order] }));
    publisher(Customer).refuse('a-2');
    await topic(Customer).publish(renames('a', 1, 3));
    await topic(Order).publish(positioned('o', 1, 2));
    await publisher(Customer).spy.refused('a-2', { timeout: 10_000 });
    expect(await published(Order, 2)).toEqual(publisher(Order).messages);

    await vi.waitUntil(async () => (await topic(Customer).parked()).length === 1, { timeout: 10_000 });
    publisher(Customer).cure('a-2');
    await topic(Customer).retry('a', operator);
    const messages = await published(Customer, 3);
    expect(messages.map(({ meta }) => meta.msgId)).toEqual(['a-1', 'a-2', 'a-3']);
    expect(topic(Customer)).toBe(topic(Customer));
  });

  it('lets days pass in the mode time-skipping', async () => {
    const environment = await create({ topics: [Customer], mode: 'time-skipping' });
    const publisher = environment.publisher(Customer);
    publisher.startOutage();
    await environment.topic(Customer).publish(renames('a', 1, 2));
    await environment.sleep('5 hours');
    expect(publisher.messages).toEqual([]);
    const [first, last] = [publisher.spy.attempts[0], publisher.spy.attempts.at(-1)];
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(4.5 * 3_600_000);
    publisher.endOutage();
    await environment.sleep('1 minute');
    expect(await environment.published(Customer, 2)).toHaveLength(2);
  });

  it('publishes to an emulated SNS topic, and receives from its queue', async () => {
    const environment = await create({ topics: [Customer, Order], emulator: true });
    const messages = [...renames('a', 1, 5), ...renames('b', 1, 5)];
    const receipts = await environment.topic(Customer).publish(messages, { waitFor: 'published' });
    expect(receipts.map(({ snsMessageId }) => snsMessageId)).not.toContain(undefined);
    // Two who wait get the same.
    const [all, some] = await Promise.all([
      environment.published(Customer, 10),
      environment.published(Customer, 3),
    ]);
    for (const id of ['a', 'b'])
      expect(all.filter((message) => message.id === id)).toEqual(messages.filter((one) => one.id === id));
    expect(some.length).toBeGreaterThanOrEqual(3);
    await expect(environment.published(Order, 1, { timeout: 10 })).rejects.toMatchObject({
      code: 'PUBLISH_NOT_CONFIRMED',
      details: { waitedMs: 10, arrived: 0 },
    });
    expect(() => environment.publisher(Customer)).toThrow(/INVALID_ENVIRONMENT|published to the emulator/);
  });

  it('gives the worker what is said of a topic', async () => {
    const eventLog = {
      async *readStream(id: string, from: number) {
        yield* positioned(id, from, 2);
      },
    };
    const environment = await create({
      topics: [Order],
      targets: { Order: { eventLog } },
      settings: { gapTimeoutMs: 200 },
    });
    await environment.topic(Order).publish([...positioned('o', 1, 1), ...positioned('o', 3, 3)]);
    const messages = await environment.published(Order, 3);
    expect(messages.map(({ position }) => position)).toEqual([1, 2, 3]);
  });
});

describe('a test environment that ends', () => {
  it('ends its servers, also by `await using`, and once only', async () => {
    const environment = await create({ topics: [Customer], emulator: true });
    const [host = '', port] = environment.temporal.address.split(':');
    await environment[Symbol.asyncDispose]();
    await environment.close();
    const connected = new Promise((resolve, reject) => {
      createConnection({ host, port: Number(port) }, () => resolve('connected')).on('error', reject);
    });
    await expect(connected).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('ends what it has started when it cannot start the rest', async () => {
    const teardown = vi.spyOn(TestWorkflowEnvironment.prototype, 'teardown');
    await expect(create({ topics: [Customer, Customer] })).rejects.toMatchObject({ code: 'INVALID_WORKER' });
    expect(teardown).toHaveBeenCalledTimes(1);
    teardown.mockRestore();
  });

  it('refuses partitions where the server cannot serve them, before it starts anything', async () => {
    const topics = [customers('Partitioned', { partitions: 2 })];
    await expect(create({ topics, mode: 'time-skipping' })).rejects.toMatchObject({
      code: 'INVALID_ENVIRONMENT',
      message: expect.stringContaining("Use mode: 'local'"),
    });
  });
});

describe('a topic that the environment does not have', () => {
  it('is named in the error', async () => {
    const environment = await create({ topics: [Customer], mode: 'time-skipping' });
    expect(() => environment.topic(Order)).toThrow(
      'The environment does not have the topic [topic=Order topics=Customer]. Add it',
    );
    expect(environment.publisher(Customer)).toBeInstanceOf(InMemoryPublisher);
  });
});

function bound(environment: EventTopicTestEnvironment) {
  return {
    topic: environment.topic.bind(environment),
    publisher: environment.publisher.bind(environment),
    published: environment.published.bind(environment),
  };
}
