import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { AnyCollectorOptions } from '../../src/collector/collector-options.ts';
import { EventCollector, MemoryInbox, RefusedEvent } from '../../src/collector/index.ts';
import { isEventTopicError } from '../../src/common/errors.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { defineEventTopic } from '../../src/event-topic.ts';
import { CapturedLog } from '../support/collector-log.ts';
import { Customer, customerMessage, RescriptCustomer } from '../support/messages.ts';
import { type Subscribed, useCollectorRig } from './collector-rig.ts';

const context = useCollectorRig();

describe('an EventCollector', () => {
  it('hands the events of each aggregate to their handlers, in order, and deletes them', async () => {
    const queue = context.rig.subscribe();
    const ids = ['A', 'B', 'C'];
    for (const number of [1, 2, 3, 4]) for (const id of ids) await publish(queue, id, number);
    const seen: string[] = [];
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      handlers: {
        Customer: {
          NameChanged: async ({ id, event }) => void seen.push(`${id} ${event.name}`),
          Created: 'ignore',
          AddressChanged: 'ignore',
          Deleted: 'ignore',
        },
      },
    });
    await collector.start();
    await vi.waitFor(() => expect(seen).toHaveLength(12), 10_000);
    await collector.stop();

    for (const id of ids)
      expect(seen.filter((one) => one.startsWith(id))).toEqual([1, 2, 3, 4].map((n) => `${id} Name ${n}`));
    expect(await context.rig.depth(queue.queueUrl)).toEqual({ visible: 0, lent: 0 });
    expect(collector.status()).toMatchObject({
      state: 'stopped',
      inHand: 0,
      counts: { received: 12, handled: 12, failed: 0 },
    });
  });

  it('stops only the aggregate whose event fails, and goes on with it in order', async () => {
    const queue = context.rig.subscribe();
    for (const number of [1, 2, 3]) for (const id of ['A', 'B']) await publish(queue, id, number);
    const seen: string[] = [];
    let failures = 0;
    const log = new CapturedLog();
    const collector = new EventCollector({
      ...common(queue, log),
      topics: [Customer],
      handle: async ({ id, meta }, { attempt }) => {
        if (id === 'A' && meta.msgId === 'A-2' && attempt <= 2) {
          failures += 1;
          throw new Error('the database is away');
        }
        seen.push(meta.msgId);
      },
    });
    await collector.start();
    await vi.waitFor(() => expect(collector.status().failing).toHaveLength(1), 5_000);
    expect(collector.status().failing[0]).toMatchObject({ group: 'A', reason: 'the database is away' });
    await vi.waitFor(() => expect(seen).toHaveLength(6), 20_000);
    await collector.stop();

    expect(failures).toBe(2);
    expect(seen.filter((one) => one.startsWith('A'))).toEqual(['A-1', 'A-2', 'A-3']);
    expect(seen.indexOf('B-3')).toBeLessThan(seen.indexOf('A-2'));
    expect(collector.status()).toMatchObject({ counts: { handled: 6, failed: 2 }, failing: [] });
    // A line when it begins and one when it is over, however often it fails.
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn Handling an event failed; its aggregate is tried again',
      'info An aggregate that stood goes on',
    ]);
  });

  it('keeps a message while its handler runs longer than the queue hides it', async () => {
    const queue = context.rig.subscribe();
    await publish(queue, 'A', 1);
    let runs = 0;
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      visibilitySeconds: 6,
      handlerTimeoutMs: 1_000,
      handle: async () => {
        runs += 1;
        await sleep(900);
      },
    });
    const second = new EventCollector({
      ...common(queue),
      topics: [Customer],
      handle: async () => {
        runs += 1;
      },
    });
    await collector.start();
    await second.start();
    await vi.waitFor(
      () => expect(collector.status().counts.handled + second.status().counts.handled).toBe(1),
      5_000,
    );
    await Promise.all([collector.stop(), second.stop()]);
    expect(runs).toBe(1);
  });

  it('gives a handler up that hangs, tells it so, and tries again', async () => {
    const queue = context.rig.subscribe();
    await publish(queue, 'A', 1);
    const aborted: unknown[] = [];
    const inbox = new MemoryInbox();
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      inbox,
      handlerTimeoutMs: 200,
      handle: async (_, { signal, attempt }) => {
        if (attempt > 1) return;
        signal.addEventListener('abort', () => aborted.push(signal.reason.message));
        await new Promise(() => {});
      },
    });
    await collector.start();
    await vi.waitFor(() => expect(collector.status().counts.handled).toBe(1), 5_000);
    await collector.stop();
    expect(aborted).toEqual(['the handler did not end within 200 ms']);
    expect(collector.status().counts.failed).toBe(1);
  });

  it('goes on when its logger throws', async () => {
    const queue = context.rig.subscribe();
    await publish(queue, 'A', 1);
    const broken = (): never => {
      throw new Error('no log');
    };
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      logger: { info: broken, warn: broken, error: broken },
      handle: (_, { attempt }) => {
        if (attempt === 1) throw new Error('not yet');
      },
    });
    await collector.start();
    await vi.waitFor(
      () => expect(collector.status().counts).toMatchObject({ failed: 1, handled: 1 }),
      10_000,
    );
    await collector.stop();
  });

  it('finishes what runs when it is stopped, and gives the rest back at once', async () => {
    const queue = context.rig.subscribe();
    for (const id of ['A', 'B', 'C']) await publish(queue, id, 1);
    const seen: string[] = [];
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      concurrency: 1,
      handle: async ({ id }) => {
        await sleep(300);
        seen.push(id);
      },
    });
    await collector.start();
    await vi.waitFor(() => expect(seen).toHaveLength(1), 5_000);
    await collector.stop();
    expect(seen.length).toBeLessThan(3);
    expect(collector.status()).toMatchObject({ state: 'stopped', inHand: 0 });
    expect(await context.rig.depth(queue.queueUrl)).toEqual({ visible: 3 - seen.length, lent: 0 });
  });

  it('goes on without an event when somebody says so', async () => {
    const queue = context.rig.subscribe();
    const Ordered = defineEventTopic({ name: 'Ordered', event: Customer.event, ordering: 'position' });
    const early = { ...message('A', 2), position: 2 };
    await queue.publish('Ordered', early, 'NameChanged');
    const seen: string[] = [];
    const log = new CapturedLog();
    const inbox = new MemoryInbox();
    const collector = new EventCollector({
      ...common(queue, log),
      name: 'Names',
      topics: [Ordered],
      inbox,
      handle: async ({ meta }) => void seen.push(meta.msgId),
    });
    const by = { actor: 'ada', reason: 'it was never stored' };
    const event = { topic: 'Ordered', id: 'A', position: 1 };
    await expect(collector.skip(event, by)).rejects.toThrow(/The collector is idle/);
    await collector.start();
    await vi.waitFor(async () => expect(await inbox.held('Names')).toHaveLength(1), 5_000);
    await expect(collector.skip(event, { actor: 'ada' } as never)).rejects.toThrow(/reason is a text/);
    await collector.skip(event, by);
    await collector.stop();
    expect(seen).toEqual(['A-2']);
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', facts: { ...event, ...by } });
  });

  it('stops also while it starts, and when SQS is away', async () => {
    const queue = context.rig.subscribe();
    const starting = new EventCollector({ ...common(queue), topics: [Customer], handle: () => undefined });
    const started = starting.start();
    await starting.stop();
    await started;
    expect(starting.status().state).toBe('stopped');

    let isAway = false;
    const client = Object.create(context.rig.sqs, {
      send: {
        value: async (...args: Parameters<typeof context.rig.sqs.send>) => {
          if (isAway) throw new Error('SQS is away');
          return await context.rig.sqs.send(...args);
        },
      },
    });
    const log = new CapturedLog();
    const collector = new EventCollector({
      ...common(queue, log),
      client,
      topics: [Customer],
      handle: () => undefined,
    });
    await collector.start();
    isAway = true;
    await vi.waitFor(() => expect(collector.status().receiving?.error).toMatch(/SQS is away/), 5_000);
    await collector.stop();
    expect(collector.status().state).toBe('stopped');
  });

  it('stops when its signal aborts', async () => {
    const queue = context.rig.subscribe();
    const controller = new AbortController();
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      signal: controller.signal,
      handle: () => undefined,
    });
    await collector.start();
    controller.abort();
    await vi.waitFor(() => expect(collector.status().state).toBe('stopped'), 5_000);
  });

  it('handles an event once that comes twice, with an inbox', async () => {
    const queue = context.rig.subscribe();
    for (const number of [1, 1, 2, 1]) await publish(queue, 'A', number);
    const seen: string[] = [];
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      inbox: new MemoryInbox(),
      handle: async ({ meta }) => void seen.push(meta.msgId),
    });
    await collector.start();
    await vi.waitFor(() => expect(collector.status().counts.received).toBe(4), 10_000);
    await collector.stop();
    expect(seen).toEqual(['A-1', 'A-2']);
    expect(collector.status().counts).toMatchObject({ handled: 2, duplicates: 2 });
  });

  it('reads what SNS has wrapped', async () => {
    const queue = context.rig.subscribe({ raw: false });
    await queue.publish('Customer', message('A', 1), 'NameChanged');
    const seen: EventMessage[] = [];
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      handle: async (one) => void seen.push(one),
    });
    await collector.start();
    await vi.waitFor(() => expect(seen).toEqual([message('A', 1)]), 5_000);
    await collector.stop();
  });

  it('tells topics and event types apart, by name and type', async () => {
    const queue = context.rig.subscribe();
    const Order = { ...RescriptCustomer, name: 'Order' as const };
    await publish(queue, 'A', 1);
    const order = { ...customerMessage(2, { id: 'A' }), event: { TAG: 'NameChanged', _0: 'x' } };
    await queue.publish('Order', order, 'NameChanged');
    const seen: string[] = [];
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer, Order],
      handlers: {
        Customer: async (_, { topic, eventType }) => void seen.push(`${topic} ${eventType}`),
        Order: {
          NameChanged: ({ event }) => void seen.push(`Order ${event._0}`),
          Created: 'ignore',
          AddressChanged: 'ignore',
          Deleted: 'ignore',
        },
      },
    });
    await collector.start();
    await vi.waitFor(() => expect(seen).toEqual(['Customer NameChanged', 'Order x']), 5_000);
    await collector.stop();
  });
});

describe('what an EventCollector cannot handle', () => {
  const refusals = {
    'a body that is no JSON': { body: 'hello', attributes: aggregate('Customer'), code: 'NOT_JSON' },
    'JSON of another shape': { body: '{"a":1}', attributes: aggregate('Customer'), code: 'NOT_A_MESSAGE' },
    'an unknown topic': { body: json({}), attributes: aggregate('Invoice'), code: 'UNKNOWN_TOPIC' },
    'an unknown event type': {
      body: json({ type: 'Merged' }),
      attributes: aggregate('Customer'),
      code: 'UNKNOWN_EVENT_TYPE',
    },
    'an event that the schema refuses': {
      body: json({ type: 'NameChanged', name: 5 }),
      attributes: aggregate('Customer'),
      code: 'INVALID_EVENT',
    },
    'what its handler refuses': {
      body: json({ type: 'NameChanged', name: 'refused' }),
      attributes: aggregate('Customer'),
      code: 'REFUSED_BY_HANDLER',
    },
  };
  for (const [what, { body, attributes, code }] of Object.entries(refusals)) {
    it(`parks ${what}: its aggregate stands, the others go on`, async () => {
      const queue = context.rig.subscribe();
      await queue.publishRaw({ body, attributes }, 'A');
      await publish(queue, 'A', 2);
      await publish(queue, 'B', 1);
      const seen: string[] = [];
      const log = new CapturedLog();
      const collector = new EventCollector({
        ...common(queue, log),
        topics: [Customer],
        handle: refusing(seen),
      });
      await collector.start();
      await vi.waitFor(() => expect([seen, collector.status().parked.length]).toEqual([['B-1'], 1]), 10_000);
      await collector.stop();

      expect(collector.status().parked).toMatchObject([{ group: 'A', code }]);
      expect(log.lines).toMatchObject([{ level: 'error', facts: { code, group: 'A' } }]);
      // Neither is lost: the parked one is hidden for a while, and SQS gives nothing of its group before.
      const { visible, lent } = await context.rig.depth(queue.queueUrl);
      expect(visible + lent).toBe(2);
    });

    it(`sends ${what} to the dead-letter queue, with the reason, and goes on`, async () => {
      const queue = context.rig.subscribe();
      await queue.publishRaw({ body, attributes }, 'A');
      await publish(queue, 'A', 2);
      const seen: string[] = [];
      const collector = new EventCollector({
        ...common(queue, new CapturedLog()),
        topics: [Customer],
        onRefused: 'deadLetter',
        deadLetterQueueUrl: queue.deadLetterQueueUrl,
        handle: refusing(seen),
      });
      await collector.start();
      await vi.waitFor(() => expect(seen).toEqual(['A-2']), 10_000);
      await collector.stop();

      const [letter] = await receive(queue.deadLetterQueueUrl);
      expect(letter?.Body).toBe(body);
      expect(letter?.MessageAttributes?.['refusedCode']?.StringValue).toBe(code);
      expect(letter?.MessageAttributes?.['refusedReason']?.StringValue).not.toBe('');
      expect(letter?.Attributes?.MessageGroupId).toBe('A');
      expect(collector.status().counts).toMatchObject({ deadLettered: 1, handled: 1 });
    });
  }

  it('is refused after as many attempts as it may have', async () => {
    const queue = context.rig.subscribe();
    await publish(queue, 'A', 1);
    const collector = new EventCollector({
      ...common(queue, new CapturedLog()),
      topics: [Customer],
      maxAttempts: 2,
      handle: () => {
        throw new Error('never works');
      },
    });
    await collector.start();
    await vi.waitFor(() => expect(collector.status().parked).toHaveLength(1), 10_000);
    await collector.stop();
    expect(collector.status().parked[0]?.reason).toBe('2 attempts failed, the last one with: never works');
  });

  it('may be passed over when nobody here knows its type', async () => {
    const queue = context.rig.subscribe();
    await queue.publishRaw({ body: json({ type: 'Merged' }), attributes: aggregate('Customer') }, 'A');
    await publish(queue, 'A', 2);
    const seen: string[] = [];
    const collector = new EventCollector({
      ...common(queue),
      topics: [Customer],
      onUnknown: 'ignore',
      handle: refusing(seen),
    });
    await collector.start();
    await vi.waitFor(() => expect(seen).toEqual(['A-2']), 10_000);
    await collector.stop();
    expect(collector.status().counts.ignored).toBe(1);
  });
});

describe('an EventCollector does not start', () => {
  it('on a queue that is not FIFO, and says so', async () => {
    const queueUrl = await context.rig.createStandardQueue();
    await expectRefusal({ queueUrl }, /the queue is not FIFO/);
  });

  it('on a queue that is not there', async () => {
    const queueUrl = `${context.rig.subscribe().queueUrl.replace('.fifo', '-gone.fifo')}`;
    await expectRefusal({ queueUrl }, /SQS does not tell its attributes/);
  });

  it('when messages are hidden for a shorter time than a handler may take', async () => {
    const { queueUrl } = context.rig.subscribe({ visibilitySeconds: 10 });
    await expectRefusal(
      { queueUrl },
      /hidden for 10 s only, and with handlerTimeoutMs 20000 it must be 25 s/,
    );
  });

  it('with its own queue as the dead-letter queue', () => {
    const { queueUrl } = context.rig.subscribe();
    const options = {
      client: context.rig.sqs,
      topics: [Customer],
      handle: () => undefined,
      queueUrl,
    } as const;
    expect(
      () => new EventCollector({ ...options, onRefused: 'deadLetter', deadLetterQueueUrl: queueUrl }),
    ).toThrow(/deadLetterQueueUrl is the queue itself/);
  });

  async function expectRefusal(options: { readonly queueUrl: string }, reason: RegExp): Promise<void> {
    const collector = new EventCollector({
      client: context.rig.sqs,
      topics: [Customer],
      handle: () => undefined,
      ...options,
    });
    const error = await collector.start().catch((thrown: unknown) => thrown);
    expect(isEventTopicError(error, 'INVALID_COLLECTOR')).toBe(true);
    expect(String(error)).toMatch(reason);
    expect(collector.status().state).toBe('idle');
  }
});

function common({ queueUrl }: Subscribed, logger = new CapturedLog()) {
  return {
    queueUrl,
    client: context.rig.sqs,
    // Stopping waits for the receive that is on its way.
    waitSeconds: 0,
    retrySeconds: { first: 1, most: 1 },
    logger,
  } satisfies Partial<AnyCollectorOptions>;
}

function refusing(seen: string[]) {
  return ({ meta, event }: EventMessage): void => {
    if ((event as { name?: string }).name === 'refused') throw new RefusedEvent('not this one');
    seen.push(meta.msgId);
  };
}

async function publish(queue: Subscribed, id: string, number: number): Promise<void> {
  await queue.publish('Customer', message(id, number), 'NameChanged');
}

function message(id: string, number: number) {
  return customerMessage(number, { id, msgId: `${id}-${number}` });
}

function json(event: unknown): string {
  return JSON.stringify({ ...message('A', 1), event });
}

function aggregate(name: string) {
  return { aggregate: { dataType: 'String', value: name } } as const;
}

async function receive(queueUrl: string) {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const { Messages = [] } = await context.rig.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      WaitTimeSeconds: 2,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
}
