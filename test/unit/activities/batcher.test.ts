import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { Batcher } from '../../../src/activities/batcher.ts';
import type { EventPublisher, PublishResult } from '../../../src/activities/event-publisher.ts';
import { MAX_BATCHES_IN_FLIGHT, MAX_FULL_BATCHES_IN_FLIGHT } from '../../../src/common/defaults.ts';
import type { PublishEntry } from '../../../src/common/protocol/entry.ts';
import { toWireMessage, wireSize } from '../../../src/common/wire-format.ts';
import { type CustomerMessage, renamed } from '../../support/customer.ts';
import { type Deferred, deferred, settled } from '../../support/deferred.ts';

const never = (): AbortSignal => new AbortController().signal;
const entry = (id: string, n = 1): PublishEntry => ({
  message: renamed(id, `${id}-${n}`) as CustomerMessage,
});
const msgIdsOf = (batch: readonly PublishEntry[]): string[] => batch.map(({ message }) => message.meta.msgId);
const receipt = ({ message }: PublishEntry): PublishResult => ({
  ok: true,
  receipt: { msgId: message.meta.msgId, snsMessageId: 'sns' },
});

/** Publishes one event, and tells its result. */
async function publishOne(
  batcher: Batcher,
  one: PublishEntry,
  signal: AbortSignal = never(),
): Promise<PublishResult | undefined> {
  const [result] = await batcher.publish({ id: one.message.id, entries: [one] }, signal);
  return result;
}

/** Holds every request until it is answered. */
class HeldPublisher implements EventPublisher {
  readonly maxBatchEntries = 10;
  maxBatchBytes = Number.POSITIVE_INFINITY;
  readonly requests: {
    batch: readonly PublishEntry[];
    answer: Deferred<readonly PublishResult[]>;
    signal: AbortSignal;
  }[] = [];

  publish(
    _topic: string,
    batch: readonly PublishEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    const answer = deferred<readonly PublishResult[]>();
    this.requests.push({ batch, answer, signal });
    return answer.promise;
  }

  describe(): string {
    return 'held';
  }

  get batches(): string[][] {
    return this.requests.map(({ batch }) => msgIdsOf(batch));
  }

  async throttle(index: number): Promise<void> {
    const request = this.requests[index];
    const failure = { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' } as const;
    request?.answer.resolve(request.batch.map(() => ({ ok: false, failure })));
    await settled();
  }

  async acknowledge(index: number): Promise<void> {
    const request = this.requests[index];
    request?.answer.resolve(request.batch.map(receipt));
    await settled();
  }
}

/** A batcher all of whose places for requests are taken, by events of the aggregates `busy-0` … */
async function busyBatcher({ sameAggregateBatching = false } = {}): Promise<{
  publisher: HeldPublisher;
  batcher: Batcher;
}> {
  const publisher = new HeldPublisher();
  const batcher = new Batcher('Customer', publisher, { sameAggregateBatching });
  for (let n = 0; n < MAX_BATCHES_IN_FLIGHT; n += 1) {
    void publishOne(batcher, entry(`busy-${n}`));
    await settled();
  }
  return { publisher, batcher };
}

describe('events of different aggregates', () => {
  it('that are ready together leave in one batch', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    const results = Promise.all(['a', 'b', 'c'].map((id) => publishOne(batcher, entry(id))));
    await settled();
    await publisher.acknowledge(0);

    expect(publisher.batches).toEqual([['a-1', 'b-1', 'c-1']]);
    expect(await results).toEqual([entry('a'), entry('b'), entry('c')].map(receipt));
  });

  it('do not wait for each other when nothing is in flight', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    void publishOne(batcher, entry('a'));
    await settled();
    void publishOne(batcher, entry('b'));
    await settled();

    expect(publisher.batches).toEqual([['a-1'], ['b-1']]);
  });

  it('gather while all places for requests are taken, until they fill a batch', async () => {
    const { publisher, batcher } = await busyBatcher();
    for (let n = 1; n <= 9; n += 1) void publishOne(batcher, entry(`id${n}`));
    await settled();
    expect(publisher.requests).toHaveLength(MAX_BATCHES_IN_FLIGHT);
    for (let n = 10; n <= 12; n += 1) void publishOne(batcher, entry(`id${n}`));
    await settled();
    expect(publisher.requests).toHaveLength(MAX_BATCHES_IN_FLIGHT + 1);
    expect(publisher.batches.at(-1)).toHaveLength(10);
    for (const index of [0, 1]) await publisher.acknowledge(index);
    expect(publisher.batches.at(-1)).toEqual(['id11-1', 'id12-1']);
  });

  it('wait for an answer when very many requests are in flight, even when they would fill a batch', async () => {
    const { publisher, batcher } = await busyBatcher();
    for (let n = 1; n <= 10 * MAX_FULL_BATCHES_IN_FLIGHT; n += 1) void publishOne(batcher, entry(`id${n}`));
    await settled();
    expect(publisher.requests).toHaveLength(MAX_FULL_BATCHES_IN_FLIGHT);
    await publisher.acknowledge(0);
    expect(publisher.requests).toHaveLength(MAX_FULL_BATCHES_IN_FLIGHT + 1);
  });

  it('leave in batches whose size, counted as SNS counts, is within the limit', async () => {
    const { publisher, batcher } = await busyBatcher();
    const size = wireSize(toWireMessage('Customer', entry('a')));
    publisher.maxBatchBytes = 2 * size;
    for (const id of ['a', 'b', 'c']) void publishOne(batcher, entry(id));
    await publisher.acknowledge(0);
    await publisher.acknowledge(1);

    expect(publisher.batches.slice(-2)).toEqual([['a-1', 'b-1'], ['c-1']]);
  });
});

describe('a topic that throttles', () => {
  it('gets half as many requests at a time as were in flight', async () => {
    const { publisher, batcher } = await busyBatcher();
    for (let n = 1; n <= 400; n += 1) void publishOne(batcher, entry(`id${n}`));
    await settled();
    expect(publisher.requests).toHaveLength(32);
    await publisher.throttle(0);
    for (let index = 1; index <= 14; index += 1) await publisher.acknowledge(index);
    // 17 are in flight, and 16 may be.
    expect(publisher.requests).toHaveLength(32);
    for (let index = 15; index <= 17; index += 1) await publisher.acknowledge(index);
    expect(publisher.requests.length).toBeGreaterThan(32);
  });
});

describe('two events of one aggregate', () => {
  it('never share a batch', async () => {
    const { publisher, batcher } = await busyBatcher();
    for (const n of [1, 2]) void publishOne(batcher, entry('a', n));
    void publishOne(batcher, entry('b'));
    await publisher.acknowledge(0);
    await publisher.acknowledge(MAX_BATCHES_IN_FLIGHT);

    expect(publisher.batches.slice(-2)).toEqual([['a-1', 'b-1'], ['a-2']]);
  });
});

describe('two attempts of one aggregate in this process, of which Temporal has given up one', () => {
  it('never share a batch', async () => {
    const { publisher, batcher } = await busyBatcher({ sameAggregateBatching: true });
    for (const n of [1, 2]) void publishOne(batcher, entry('a', n));
    void publishOne(batcher, entry('b'));
    await publisher.acknowledge(0);
    await publisher.acknowledge(MAX_BATCHES_IN_FLIGHT);

    expect(publisher.batches.slice(-2)).toEqual([['a-1', 'b-1'], ['a-2']]);
  });

  it('are never in flight together: the later one waits for the answer of the earlier one, which nobody wants', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    const givenUp = new AbortController();
    void publishOne(batcher, entry('a'), givenUp.signal);
    await settled();
    givenUp.abort();
    void publishOne(batcher, entry('a'));
    void publishOne(batcher, entry('b'));
    await settled();
    expect(publisher.batches).toEqual([['a-1'], ['b-1']]);

    await publisher.acknowledge(0);
    expect(publisher.batches).toEqual([['a-1'], ['b-1'], ['a-1']]);
  });

  it('are never in flight together either while the events of a request that threw go one by one', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    for (const id of ['a', 'b']) void publishOne(batcher, entry(id));
    await settled();
    publisher.requests[0]?.answer.reject(new Error('cannot read b-1'));
    await settled();
    void publishOne(batcher, entry('a', 2));
    await publisher.acknowledge(1);
    expect(publisher.batches).toEqual([['a-1', 'b-1'], ['a-1'], ['b-1']]);

    await publisher.acknowledge(2);
    expect(publisher.batches.at(-1)).toEqual(['a-2']);
  });
});

describe('events of one aggregate that may share a batch', () => {
  const run = (id: string, count: number) => ({
    id,
    entries: Array.from({ length: count }, (_, index) => entry(id, index + 1)),
  });

  it('stand next to each other in it, behind which other aggregates fill it up', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher, { sameAggregateBatching: true });
    const results = ['a', 'b', 'c'].map((id) => batcher.publish(run(id, 4), never()));
    await settled();
    expect(publisher.batches).toEqual([
      ['a-1', 'a-2', 'a-3', 'a-4', 'b-1', 'b-2', 'b-3', 'b-4', 'c-1', 'c-2'],
    ]);
    await publisher.acknowledge(0);

    expect((await Promise.all(results)).map(({ length }) => length)).toEqual([4, 4, 2]);
    expect(await results[2]).toEqual(run('c', 2).entries.map(receipt));
  });

  it('leave within the bytes of a batch, one that is too large alone', async () => {
    const publisher = new HeldPublisher();
    publisher.maxBatchBytes = 1;
    const batcher = new Batcher('Customer', publisher, { sameAggregateBatching: true });
    for (const id of ['a', 'b']) void batcher.publish(run(id, 2), never());
    await settled();

    expect(publisher.batches).toEqual([['a-1'], ['b-1']]);
  });

  it('are tried one per aggregate when the publisher throws, and the others are not answered for', async () => {
    const batches: string[][] = [];
    const publisher: EventPublisher = {
      maxBatchEntries: 10,
      publish: async (_topic, batch) => {
        batches.push(msgIdsOf(batch));
        if (msgIdsOf(batch).includes('b-1')) throw new Error('cannot read b-1');
        return batch.map(receipt);
      },
      describe: () => 'throws',
    };
    const batcher = new Batcher('Customer', publisher, { sameAggregateBatching: true });
    const results = await Promise.all(['a', 'b'].map((id) => batcher.publish(run(id, 2), never())));

    expect(batches).toEqual([['a-1', 'a-2', 'b-1', 'b-2'], ['a-1'], ['b-1']]);
    expect(results).toMatchObject([[{ ok: true }], [{ ok: false, failure: { code: 'PublisherFailed' } }]]);
  });

  it('all fail, to be tried again, when the publisher does not answer for some of them', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher, { sameAggregateBatching: true });
    const results = ['a', 'b'].map((id) => batcher.publish(run(id, 2), never()));
    await settled();
    publisher.requests[0]?.answer.resolve(run('a', 1).entries.map(receipt));

    const failed = { ok: false, failure: { kind: 'retry', code: 'WrongAnswer' } };
    expect(await Promise.all(results)).toMatchObject([
      [failed, failed],
      [failed, failed],
    ]);
  });
});

describe('a partial failure', () => {
  it('is answered per event', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    const failed: PublishResult = {
      ok: false,
      failure: { kind: 'retry', code: 'InternalError', reason: 'later' },
    };
    const results = Promise.all(['a', 'b'].map((id) => publishOne(batcher, entry(id))));
    await settled();
    publisher.requests[0]?.answer.resolve([failed, receipt(entry('b'))]);

    expect(await results).toEqual([failed, receipt(entry('b'))]);
  });
});

describe('a publisher that throws', () => {
  it('is asked again for each event alone, so that one event does not harm the others', async () => {
    const publisher: EventPublisher = {
      maxBatchEntries: 10,
      publish: async (_topic, batch) => {
        if (msgIdsOf(batch).includes('b-1')) throw new Error('cannot read b-1');
        return batch.map(receipt);
      },
      describe: () => 'throws',
    };
    const batcher = new Batcher('Customer', publisher);
    const results = await Promise.all(['a', 'b', 'c'].map((id) => publishOne(batcher, entry(id))));

    const failure = { kind: 'retry', code: 'PublisherFailed', reason: 'cannot read b-1' };
    expect(results).toEqual([receipt(entry('a')), { ok: false, failure }, receipt(entry('c'))]);
  });
});

describe('a publisher that throws what is not to be tried again', () => {
  it('refuses the one event that it threw it for, with the type as code', async () => {
    const publisher: EventPublisher = {
      maxBatchEntries: 10,
      publish: async (_topic, batch) => {
        if (msgIdsOf(batch).includes('b-1'))
          throw ApplicationFailure.nonRetryable('unknown customer', 'UnknownCustomer');
        return batch.map(receipt);
      },
      describe: () => 'throws',
    };
    const batcher = new Batcher('Customer', publisher);
    const results = await Promise.all(['a', 'b'].map((id) => publishOne(batcher, entry(id))));

    const failure = { kind: 'event', code: 'UnknownCustomer', reason: 'unknown customer' };
    expect(results).toEqual([receipt(entry('a')), { ok: false, failure }]);
  });

  it('is tried again after any other failure', async () => {
    const publisher: EventPublisher = {
      maxBatchEntries: 10,
      publish: async () => {
        throw ApplicationFailure.retryable('busy', 'Busy');
      },
      describe: () => 'throws',
    };

    expect(await publishOne(new Batcher('Customer', publisher), entry('a'))).toEqual({
      ok: false,
      failure: { kind: 'retry', code: 'PublisherFailed', reason: 'busy' },
    });
  });
});

describe('a cancelled activity', () => {
  it('takes back its event when it has not been sent', async () => {
    const { publisher, batcher } = await busyBatcher();
    const activity = new AbortController();
    const result = publishOne(batcher, entry('a'), activity.signal);
    void publishOne(batcher, entry('b'));
    activity.abort();
    await publisher.acknowledge(0);

    expect(await result).toMatchObject({ ok: false, failure: { kind: 'retry', code: 'AbortError' } });
    expect(publisher.batches.at(-1)).toEqual(['b-1']);
  });

  it('aborts a request only when nobody else waits for it', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    const [first, second] = [new AbortController(), new AbortController()];
    void publishOne(batcher, entry('a'), first.signal);
    void publishOne(batcher, entry('b'), second.signal);
    await settled();
    first.abort();
    expect(publisher.requests[0]?.signal.aborted).toBe(false);
    second.abort();
    expect(publisher.requests[0]?.signal.aborted).toBe(true);
  });
});
