import {
  ApplicationFailure,
  type Client,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { ReceiptWaiter } from '../../../../src/client/receipts/receipt-waiter.ts';
import { AWAIT_AGAIN_MS, MAX_AWAITED } from '../../../../src/common/defaults.ts';
import type {
  AwaitedMessage,
  AwaitRequest,
  AwaitResult,
  Settled,
} from '../../../../src/common/protocol/receipts.ts';
import { type Deferred, deferred, settled } from '../../../support/deferred.ts';

/** An update that is in flight until the test answers it. */
interface Asked {
  readonly waiter: string;
  readonly msgIds: readonly string[];
  readonly updateId: string;
  /** By which the client calls it off. */
  readonly signal: AbortSignal;
  readonly answer: Deferred<AwaitResult>;
}

/** A publisher whose updates wait for the test: for what an in-memory one never does. */
class Publisher {
  readonly asked: Asked[] = [];
  idle = 0;
  /** What Temporal says of it. Default: its run is open, and continues the one that was asked. */
  describe: () => Promise<object> = async () =>
    description('RUNNING', { runId: 'second', firstRunId: 'first' });
  described = 0;
  #signal = new AbortController().signal;
  readonly waiter = new ReceiptWaiter(
    { client: this.#client, waiter: 'process-1' },
    { workflowId: 'event-topic/Customer/a', onIdle: () => this.#onIdle() },
  );

  /** The update that was sent last. */
  get last(): Asked {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('No update was sent');
    return last;
  }

  /** Answers the last update: these are published. */
  async publish(...msgIds: readonly string[]): Promise<void> {
    this.last.answer.resolve({ settled: msgIds.map(published) });
    await settled();
  }

  /** Fails the last update. */
  async fail(error: unknown): Promise<void> {
    this.last.answer.reject(error);
    await settled();
  }

  get #client(): Client {
    const handle = {
      executeUpdate: (_name: string, options: UpdateOptions) => this.#ask(options),
      describe: () => {
        this.described += 1;
        return this.describe();
      },
    };
    const withAbortSignal = <Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> => {
      this.#signal = signal;
      return call();
    };
    return { workflow: { getHandle: () => handle }, withAbortSignal } as unknown as Client;
  }

  #ask({ args: [{ waiter, messages }], updateId }: UpdateOptions): Promise<AwaitResult> {
    const answer = deferred<AwaitResult>();
    const signal = this.#signal;
    signal.addEventListener('abort', () => answer.reject(new Error('The call was called off')));
    this.asked.push({ waiter, msgIds: messages.map(({ msgId }) => msgId), updateId, signal, answer });
    return answer.promise;
  }

  #onIdle(): void {
    this.idle += 1;
  }
}

interface UpdateOptions {
  readonly args: readonly [AwaitRequest];
  readonly updateId: string;
}

const message = (msgId: string): AwaitedMessage => ({ id: 'a', msgId });
const messages = (from: number, to: number): readonly AwaitedMessage[] =>
  Array.from({ length: to - from + 1 }, (_, n) => message(`a-${from + n}`));
const published = (msgId: string): Settled => ({ ...message(msgId), outcome: 'published' });
const description = (name: string, runs: { runId?: string; firstRunId?: string } = {}): object => ({
  status: { name },
  runId: runs.runId,
  raw: { workflowExecutionInfo: { firstRunId: runs.firstRunId } },
});

/** As Temporal's client throws it: gRPC's error within one that says less. */
function serviceError(code: number, details: string): ServiceError {
  const cause = Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
  return new ServiceError('Failed to execute update', { cause });
}

const unavailable = serviceError(14, 'Temporal restarts');
const notFound = (text: string): WorkflowNotFoundError => new WorkflowNotFoundError(text, 'a', undefined);
const died = new WorkflowUpdateFailedError(
  'Workflow Update failed',
  ApplicationFailure.create({ type: 'AcceptedUpdateCompletedWorkflow' }),
);
/** Long enough for the first pause to be over. */
const pauseOver = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, AWAIT_AGAIN_MS + 60));

describe('however many wait for a publisher', () => {
  it('it is asked by one update at a time, and for those who have come meanwhile by the next', async () => {
    const publisher = new Publisher();
    const waits = [1, 2, 3].map((n) => publisher.waiter.wait([message(`a-${n}`)]));
    expect(publisher.asked.map(({ msgIds }) => msgIds)).toEqual([['a-1']]);
    await publisher.publish('a-1');
    expect(publisher.asked.map(({ msgIds }) => msgIds)).toEqual([['a-1'], ['a-2', 'a-3']]);
    await publisher.publish('a-2', 'a-3');
    await Promise.all(waits.map(({ done }) => done));
    expect(publisher.asked).toHaveLength(2);
    expect(publisher.idle).toBe(1);
  });

  it('each update is one of its own, of the same waiter', async () => {
    const publisher = new Publisher();
    const wait = publisher.waiter.wait(messages(1, 2));
    await publisher.publish('a-1');
    await publisher.publish('a-2');
    await wait.done;
    expect(publisher.asked.map(({ waiter }) => waiter)).toEqual(['process-1', 'process-1']);
    expect(new Set(publisher.asked.map(({ updateId }) => updateId)).size).toBe(2);
  });

  it('an answer is for all of them, also for those whom the update had not asked for', async () => {
    const publisher = new Publisher();
    const asked = publisher.waiter.wait(messages(1, 2));
    const joined = publisher.waiter.wait([message('a-3')]);
    const same = publisher.waiter.wait([message('a-1')]);
    await publisher.publish('a-1', 'a-2', 'a-3');
    await Promise.all([asked.done, joined.done, same.done]);
    expect([...asked.settled.keys(), ...joined.settled.keys(), ...same.settled.keys()]).toEqual([
      'a-1',
      'a-2',
      'a-3',
      'a-1',
    ]);
    expect(publisher.asked).toHaveLength(1);
  });

  it('a message of the same msgId of another aggregate is another message', async () => {
    const publisher = new Publisher();
    const mine = publisher.waiter.wait([message('m-1')]);
    const other = publisher.waiter.wait([{ id: 'b', msgId: 'm-1' }]);
    await publisher.publish('m-1');
    await mine.done;
    expect(other.settled.size).toBe(0);
    other.stop();
  });

  it('who waits for nothing has it at once', async () => {
    const publisher = new Publisher();
    await publisher.waiter.wait([]).done;
    expect(publisher.asked).toEqual([]);
    expect(publisher.idle).toBe(1);
  });
});

it('more messages than an update may ask for are asked for in turns, the longest not asked first', async () => {
  const publisher = new Publisher();
  const wait = publisher.waiter.wait(messages(1, 2 * MAX_AWAITED + 500));
  const from = ({ msgIds }: Asked): unknown => [msgIds.length, msgIds[0], msgIds.at(-1)];
  expect(from(publisher.last)).toEqual([1_000, 'a-1', 'a-1000']);
  await publisher.publish('a-1');
  expect(from(publisher.last)).toEqual([1_000, 'a-1001', 'a-2000']);
  await publisher.publish('a-1001', 'a-2000');
  expect(from(publisher.last)).toEqual([1_000, 'a-2001', 'a-501']);
  expect(publisher.last.msgIds.slice(499, 502)).toEqual(['a-2500', 'a-2', 'a-3']);
  await publisher.publish(...messages(2, 2_500).map(({ msgId }) => msgId));
  await wait.done;
  expect(wait.settled.size).toBe(2_500);
  expect(publisher.idle).toBe(1);
});

describe('after an answer without receipts', () => {
  it('the publisher is asked again after a pause, a longer one each time', async () => {
    const publisher = new Publisher();
    const wait = publisher.waiter.wait([message('a-1')]);
    const started = Date.now();
    const askedAt: number[] = [];
    while (askedAt.length < 2) {
      const before = publisher.asked.length;
      await publisher.publish();
      while (publisher.asked.length === before) await settled();
      askedAt.push(Date.now() - started);
    }
    expect(askedAt[0]).toBeGreaterThanOrEqual(AWAIT_AGAIN_MS - 5);
    expect(askedAt[1]).toBeGreaterThanOrEqual(3 * AWAIT_AGAIN_MS - 10);
    wait.stop();
  });

  it('the pause ends when somebody comes', async () => {
    const publisher = new Publisher();
    const wait = publisher.waiter.wait([message('a-1')]);
    await publisher.publish();
    expect(publisher.asked).toHaveLength(1);
    const another = publisher.waiter.wait([message('a-2')]);
    await settled();
    expect(publisher.asked.map(({ msgIds }) => msgIds)).toEqual([['a-1'], ['a-1', 'a-2']]);
    await publisher.publish('a-1', 'a-2');
    await Promise.all([wait.done, another.done]);
  });

  it('there is none when somebody has come meanwhile', async () => {
    const publisher = new Publisher();
    publisher.waiter.wait([message('a-1')]);
    publisher.waiter.wait([message('a-2')]);
    await publisher.publish();
    expect(publisher.last.msgIds.toSorted()).toEqual(['a-1', 'a-2']);
    await publisher.publish('a-1', 'a-2');
    expect(publisher.idle).toBe(1);
  });
});

describe('when the last one has stopped waiting', () => {
  it('the update is called off, and no other is sent', async () => {
    const publisher = new Publisher();
    const waits = [1, 2].map((n) => publisher.waiter.wait([message(`a-${n}`)]));
    waits[0]?.stop();
    expect(publisher.last.signal.aborted).toBe(false);
    waits[1]?.stop();
    expect(publisher.last.signal.aborted).toBe(true);
    await settled();
    expect([publisher.asked.length, publisher.described, publisher.idle]).toEqual([1, 0, 1]);
  });

  it('a pause is over', async () => {
    const publisher = new Publisher();
    const wait = publisher.waiter.wait([message('a-1')]);
    await publisher.publish();
    const timers = countTimers();
    expect(timers).toBeGreaterThan(0);
    wait.stop();
    await settled();
    expect(countTimers()).toBe(timers - 1);
    expect([publisher.asked.length, publisher.idle]).toEqual([1, 1]);
  });

  it('an answer that comes all the same is nobody’s', async () => {
    const publisher = new Publisher();
    const wait = publisher.waiter.wait([message('a-1')]);
    wait.stop();
    await publisher.publish('a-1');
    expect(wait.settled.size).toBe(0);
  });

  it('who comes at that moment is asked for by another update', async () => {
    const publisher = new Publisher();
    publisher.waiter.wait([message('a-1')]).stop();
    const next = publisher.waiter.wait([message('a-2')]);
    await settled();
    expect(publisher.asked.map(({ msgIds }) => msgIds)).toEqual([['a-1'], ['a-2']]);
    await publisher.publish('a-2');
    await next.done;
    expect(publisher.idle).toBe(1);
  });
});

describe('an update that fails for now is sent again', () => {
  it.each([
    ['Temporal restarts', unavailable],
    ['ten updates are in flight', serviceError(8, 'limit on number of concurrent in-flight updates')],
    ['the publisher is between two tries of a task', serviceError(9, 'Unable to query workflow')],
    ['its run is closing', notFound('workflow update was aborted by closing workflow')],
  ])('when %s; nobody looks at the publisher', async (_why, error) => {
    const publisher = new Publisher();
    const wait = publisher.waiter.wait([message('a-1')]);
    await publisher.fail(error);
    expect(publisher.asked).toHaveLength(1);
    await pauseOver();
    await publisher.publish('a-1');
    await wait.done;
    expect([publisher.asked.length, publisher.described]).toEqual([2, 0]);
  });

  it.each([
    ['another run is open by now', notFound('workflow not found'), undefined],
    ['its run had been continued as new', died, undefined],
    ['the publisher cannot be looked at', notFound('workflow not found'), unavailable],
  ])('when %s', async (_why, error, fault) => {
    const publisher = new Publisher();
    if (fault) publisher.describe = () => Promise.reject(fault);
    const wait = publisher.waiter.wait([message('a-1')]);
    await publisher.fail(error);
    await pauseOver();
    await publisher.publish('a-1');
    await wait.done;
    expect([publisher.asked.length, publisher.described]).toEqual([2, 1]);
  });
});

describe('an update that finds no publisher', () => {
  it.each([
    ['found none', notFound('workflow not found')],
    ['died with its run', died],
  ])('and %s: it had published everything when it closed by itself', async (_how, error) => {
    const publisher = new Publisher();
    publisher.describe = async () => description('COMPLETED');
    const wait = publisher.waiter.wait(messages(1, 2));
    await publisher.fail(error);
    await wait.done;
    expect([...wait.settled.values()]).toEqual([published('a-1'), published('a-2')]);
    expect([publisher.asked.length, publisher.idle]).toEqual([1, 1]);
  });

  it.each(['TERMINATED', 'CANCELLED', 'FAILED', 'TIMED_OUT'])(
    'that somebody has ended (%s): its messages are lost, and all who wait hear so',
    async (status) => {
      const publisher = new Publisher();
      publisher.describe = async () => description(status);
      const waits = [1, 2].map((n) => publisher.waiter.wait([message(`a-${n}`)]));
      const ends = waits.map(({ done }) =>
        expect(done).rejects.toMatchObject({
          code: 'PUBLISHER_NOT_FOUND',
          details: { workflowId: 'event-topic/Customer/a' },
          message: expect.stringContaining('publish the messages again'),
          cause: died,
        }),
      );
      await publisher.fail(died);
      await Promise.all(ends);
      expect([publisher.asked.length, publisher.idle]).toEqual([1, 1]);
    },
  );

  it('but one that has begun anew since: what the one before held is lost', async () => {
    const publisher = new Publisher();
    publisher.describe = async () => description('RUNNING', { runId: 'new', firstRunId: 'new' });
    const wait = publisher.waiter.wait([message('a-1')]);
    const ends = expect(wait.done).rejects.toMatchObject({ code: 'PUBLISHER_NOT_FOUND', cause: died });
    await publisher.fail(died);
    await ends;
  });

  it('nor any trace of one: its history has been deleted', async () => {
    const publisher = new Publisher();
    publisher.describe = () => Promise.reject(notFound('workflow not found'));
    const wait = publisher.waiter.wait([message('a-1')]);
    const ends = expect(wait.done).rejects.toMatchObject({ code: 'PUBLISHER_NOT_FOUND' });
    await publisher.fail(notFound('workflow not found'));
    await ends;
  });
});

it('any other error ends the wait of those who were asked for; others go on', async () => {
  const publisher = new Publisher();
  const denied = serviceError(7, 'permission denied');
  const asked = publisher.waiter.wait([message('a-1')]);
  const later = publisher.waiter.wait([message('a-2')]);
  const ends = expect(asked.done).rejects.toBe(denied);
  await publisher.fail(denied);
  await ends;
  expect(publisher.last.msgIds).toEqual(['a-2']);
  await publisher.publish('a-2');
  await later.done;
  expect(publisher.described).toBe(0);
});

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
