import { randomUUID } from 'node:crypto';
import { type Client, ServiceError } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';
import { InMemoryPublisher } from '../../../../src/activities/publishers/in-memory-publisher.ts';
import { Handover } from '../../../../src/client/publish/handover.ts';
import { Receipts, type WaitOptions } from '../../../../src/client/receipts/receipts.ts';
import { MAX_AWAITED } from '../../../../src/common/defaults.ts';
import type { NotPublishedError, Receipt } from '../../../../src/common/errors.ts';
import type { AwaitRequest } from '../../../../src/common/protocol/receipts.ts';
import { InMemoryTemporal } from '../../../../src/testing/in-memory/in-memory-temporal.ts';
import { TestClock } from '../../../../src/testing/in-memory/test-clock.ts';
import { type CustomerMessage, customers, renamed, renames } from '../../../support/customer.ts';
import { settled } from '../../../support/deferred.ts';
import { throttled } from '../../../support/scripted-publisher.ts';

/** A client's receipts, in front of the publishers' own state in this process; it counts the updates. */
class Rig {
  /** SNS does not take events of these aggregates for now. */
  readonly down = new Set<string>();
  readonly publisher = new InMemoryPublisher({
    script: ({ id }) => (this.down.has(id) ? throttled : undefined),
  });
  /** Messages that each update has asked for. */
  readonly asked: number[] = [];
  inFlight = 0;
  /** Of one publisher. */
  mostInFlight = 0;
  /** With what every update fails, instead of reaching its publisher. */
  failure: Error | undefined;
  readonly #inFlight = new Map<string, number>();
  readonly #temporal: InMemoryTemporal;
  readonly #handover: Handover;
  readonly #receipts: Receipts;

  constructor(partitions?: number) {
    const topic = customers('Customer', partitions ? { partitions } : {});
    const target = {
      topic: topic.name,
      publisher: this.publisher,
      eventLog: undefined,
      eventTypeOf: () => 'x',
    };
    this.#temporal = new InMemoryTemporal(target, new TestClock(Date.now));
    const client = this.#counting(this.#temporal.client);
    const waiter = randomUUID();
    this.#handover = new Handover(topic, { client, taskQueue: 'publishers', settings: undefined, waiter });
    this.#receipts = new Receipts(topic.name, { client, waiter });
  }

  /** Publishes, and waits for receipts. */
  async publish(
    messages: readonly CustomerMessage[],
    options: WaitOptions = {},
  ): Promise<readonly Receipt[]> {
    const entries = messages.map((message) => ({ message }));
    await this.#handover.hand(entries, { signal: undefined, isAwaited: true });
    return this.#receipts.of(entries, (id) => this.#handover.publisherOf(id).workflowId, options);
  }

  /** What the wait ends with, that does not end well. */
  async failureOf(messages: readonly CustomerMessage[], options?: WaitOptions): Promise<NotPublishedError> {
    const receipts = await this.publish(messages, options).catch((error) => error);
    if (Array.isArray(receipts)) throw new Error('It resolved');
    return receipts;
  }

  tick(ms: number): Promise<void> {
    return this.#temporal.tick(ms);
  }

  #counting(client: Client): Client {
    const getHandle = (workflowId: string): object => {
      const handle = client.workflow.getHandle(workflowId);
      const executeUpdate = (name: string, options: { args: [AwaitRequest] }): Promise<unknown> => {
        this.asked.push(options.args[0].messages.length);
        const update = this.failure
          ? Promise.reject(this.failure)
          : handle.executeUpdate(name, options as never);
        return this.#count(workflowId, update);
      };
      return { ...handle, executeUpdate };
    };
    return { ...client, workflow: { ...client.workflow, getHandle } } as Client;
  }

  async #count<Result>(workflowId: string, update: Promise<Result>): Promise<Result> {
    const add = (one: number): void => {
      this.#inFlight.set(workflowId, (this.#inFlight.get(workflowId) ?? 0) + one);
      this.inFlight += one;
    };
    add(1);
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight.get(workflowId) ?? 0);
    return update.finally(() => add(-1));
  }
}

const msgIdsOf = (list: readonly { msgId: string }[]): string[] => list.map(({ msgId }) => msgId);
const timers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
const SECOND = 1_000;

describe.each([undefined, 3])('receipts (partitions: %s)', (partitions) => {
  it('come in the order of the entries, whatever is published first', async () => {
    const rig = new Rig(partitions);
    rig.down.add('a');
    const messages = [1, 2, 3].flatMap((n) => ['a', 'b', 'c', 'd'].map((id) => renamed(id, `${id}-${n}`)));
    const call = rig.publish(messages);
    await rig.tick(0);
    rig.down.clear();
    await rig.tick(10 * SECOND);
    const receipts = await call;
    expect(msgIdsOf(receipts)).toEqual(messages.map(({ meta }) => meta.msgId));
    expect(msgIdsOf(rig.publisher.messages.map(({ meta }) => meta))).not.toEqual(msgIdsOf(receipts));
    for (const { id, msgId, snsMessageId } of receipts) {
      expect(msgId.startsWith(id)).toBe(true);
      expect(rig.publisher.messages[Number(snsMessageId?.split('-')[1]) - 1]?.meta.msgId).toBe(msgId);
    }
  });

  it('need one update at a time of each publisher, however many wait', async () => {
    const rig = new Rig(partitions);
    rig.down.add('a').add('b').add('c');
    const calls = Array.from({ length: 200 }, (_, n) =>
      rig.publish([renamed('abc'[n % 3] ?? '', `m-${n}`), renamed('abc'[(n + 1) % 3] ?? '', `n-${n}`)]),
    );
    await rig.tick(0);
    expect(rig.mostInFlight).toBe(1);
    rig.down.clear();
    await rig.tick(60 * SECOND);
    expect((await Promise.all(calls)).flat()).toHaveLength(400);
    expect(rig.mostInFlight).toBe(1);
    expect(rig.asked.length).toBeLessThan(40);
    await settled();
    expect(rig.inFlight).toBe(0);
  });

  it('of more messages than an update may ask for come all the same', async () => {
    const rig = new Rig(partitions);
    const messages = renames('a', 1, 2 * MAX_AWAITED + 300);
    rig.down.add('a');
    const call = rig.publish(messages);
    await rig.tick(0);
    rig.down.clear();
    await rig.tick(10 * SECOND);
    expect(msgIdsOf(await call)).toEqual(messages.map(({ meta }) => meta.msgId));
    expect(Math.max(...rig.asked)).toBe(MAX_AWAITED);
    expect(rig.mostInFlight).toBe(1);
  });
});

describe('when the time is over', () => {
  it('the error says what is published, what is parked, and what waits, each in the order of the entries', async () => {
    const rig = new Rig();
    rig.publisher.refuse('b-2');
    rig.down.add('c');
    const messages = [1, 2, 3].flatMap((n) => ['c', 'b', 'a'].map((id) => renamed(id, `${id}-${n}`)));
    const error = await rig.failureOf(messages, { timeout: 50 });
    expect(error).toMatchObject({
      code: 'PUBLISH_PARKED',
      details: { topic: 'Customer', id: 'b', msgId: 'b-2', published: 4, parked: 2, waiting: 3 },
      cause: undefined,
    });
    expect(msgIdsOf(error.receipts)).toEqual(['b-1', 'a-1', 'a-2', 'a-3']);
    expect(error.parked.map(({ msgId, parked }) => [msgId, parked?.msgId])).toEqual([
      ['b-2', 'b-2'],
      ['b-3', 'b-2'],
    ]);
    expect(error.waiting).toEqual(['c-1', 'c-2', 'c-3'].map((msgId) => ({ id: 'c', msgId })));
    expect(error.details['waitedMs']).toBeGreaterThanOrEqual(49);
  });

  it('and nothing is parked, it says that they will be published, and they are', async () => {
    const rig = new Rig();
    rig.down.add('a');
    const error = await rig.failureOf(renames('a', 1, 2), { timeout: 50 });
    expect(error).toMatchObject({
      code: 'PUBLISH_NOT_CONFIRMED',
      message: expect.stringContaining('Not every message was published in time'),
      receipts: [],
      parked: [],
    });
    rig.down.clear();
    await rig.tick(10 * SECOND);
    expect(await rig.publish(renames('a', 1, 2))).toHaveLength(2);
    expect(rig.publisher.messages).toHaveLength(2);
  });

  it('for one caller, others wait on', async () => {
    const rig = new Rig();
    rig.down.add('a');
    const patient = rig.publish(renames('a', 1, 1));
    await rig.failureOf(renames('a', 1, 2), { timeout: 30 });
    rig.down.clear();
    await rig.tick(10 * SECOND);
    expect(msgIdsOf(await patient)).toEqual(['a-1']);
    expect(rig.asked).toHaveLength(1);
  });
});

describe("when the caller's signal aborts", () => {
  it('the wait ends with its reason as the cause, and what is known', async () => {
    const rig = new Rig();
    rig.down.add('a');
    const caller = new AbortController();
    const call = rig.failureOf([...renames('a', 1, 1), ...renames('b', 1, 1)], { signal: caller.signal });
    await rig.tick(0);
    caller.abort(new Error('the user has left'));
    const error = await call;
    expect(error).toMatchObject({
      code: 'PUBLISH_NOT_CONFIRMED',
      message: expect.stringContaining('before the wait ended: the user has left'),
      cause: caller.signal.reason,
      waiting: [{ id: 'a', msgId: 'a-1' }],
    });
    expect(msgIdsOf(error.receipts)).toEqual(['b-1']);
  });

  it('before the wait begins, it ends at once', async () => {
    const rig = new Rig();
    rig.down.add('a');
    const error = await rig.failureOf(renames('a', 1, 1), { signal: AbortSignal.abort() });
    expect(error).toMatchObject({ code: 'PUBLISH_NOT_CONFIRMED', waiting: [{ msgId: 'a-1' }] });
  });

  it('after all are published, nobody cares', async () => {
    const rig = new Rig();
    const caller = new AbortController();
    const receipts = await rig.publish(renames('a', 1, 2), { signal: caller.signal });
    caller.abort();
    expect(receipts).toHaveLength(2);
  });
});

describe('when a call has ended', () => {
  it.each<[string, () => WaitOptions]>([
    ['its time is over', () => ({ timeout: 30 })],
    ['its caller gave up', () => ({ signal: AbortSignal.timeout(30), timeout: 60_000 })],
  ])('as %s, no update, timer or listener of it is left', async (_why, options) => {
    const rig = new Rig(3);
    rig.down.add('a').add('b');
    const { signal = new AbortController().signal, timeout } = options();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const before = timers();
    await rig.failureOf([...renames('a', 1, 2), ...renames('b', 1, 2)], { signal, timeout });
    await settled();
    expect(rig.inFlight).toBe(0);
    expect(timers()).toBeLessThanOrEqual(before);
    expect(remove).toHaveBeenCalledWith('abort', expect.any(Function));
    const asked = rig.asked.length;
    await rig.tick(60 * SECOND);
    expect(rig.asked).toHaveLength(asked);
  });

  it('with receipts, its timeout does not keep the process', async () => {
    const rig = new Rig();
    const before = timers();
    await rig.publish(renames('a', 1, 2), { timeout: 60_000 });
    expect([rig.inFlight, timers()]).toEqual([0, before]);
  });
});

it('no entries need no update', async () => {
  const rig = new Rig();
  expect(await rig.publish([])).toEqual([]);
  expect(rig.asked).toEqual([]);
});

it('an error of Temporal that time does not cure ends the wait, and is the cause', async () => {
  const rig = new Rig();
  const cause = Object.assign(new Error('permission denied'), { code: 7, details: '', metadata: {} });
  rig.failure = new ServiceError('Failed to execute update', { cause });
  const error = await rig.failureOf(renames('a', 1, 1));
  expect(error).toMatchObject({
    code: 'PUBLISH_NOT_CONFIRMED',
    message: expect.stringContaining('permission denied'),
    cause: rig.failure,
    waiting: [{ id: 'a', msgId: 'a-1' }],
  });
  expect(rig.asked).toHaveLength(1);
});
