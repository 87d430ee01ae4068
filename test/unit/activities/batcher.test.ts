import { describe, expect, it } from 'vitest';
import { Batcher } from '../../../src/activities/batcher.ts';
import type { EventPublisher, PublishResult } from '../../../src/activities/event-publisher.ts';
import { MAX_BATCHES_IN_FLIGHT } from '../../../src/common/defaults.ts';
import type { PublishEntry } from '../../../src/common/publisher-protocol.ts';
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

  async acknowledge(index: number): Promise<void> {
    const request = this.requests[index];
    request?.answer.resolve(request.batch.map(receipt));
    await settled();
  }
}

/** A batcher all of whose places for requests are taken, by events of the aggregates `busy-0` … */
async function busyBatcher(): Promise<{ publisher: HeldPublisher; batcher: Batcher }> {
  const publisher = new HeldPublisher();
  const batcher = new Batcher('Customer', publisher);
  for (let n = 0; n < MAX_BATCHES_IN_FLIGHT; n += 1) {
    void batcher.publish(entry(`busy-${n}`), never());
    await settled();
  }
  return { publisher, batcher };
}

describe('events of different aggregates', () => {
  it('that are ready together leave in one batch', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    const results = Promise.all(['a', 'b', 'c'].map((id) => batcher.publish(entry(id), never())));
    await settled();
    await publisher.acknowledge(0);

    expect(publisher.batches).toEqual([['a-1', 'b-1', 'c-1']]);
    expect(await results).toEqual([entry('a'), entry('b'), entry('c')].map(receipt));
  });

  it('do not wait for each other when nothing is in flight', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    void batcher.publish(entry('a'), never());
    await settled();
    void batcher.publish(entry('b'), never());
    await settled();

    expect(publisher.batches).toEqual([['a-1'], ['b-1']]);
  });

  it('gather while all places for requests are taken, at most ten to a batch', async () => {
    const { publisher, batcher } = await busyBatcher();
    for (let n = 1; n <= 12; n += 1) void batcher.publish(entry(`id${n}`), never());
    await settled();
    expect(publisher.requests).toHaveLength(MAX_BATCHES_IN_FLIGHT);
    await publisher.acknowledge(0);
    expect(publisher.batches.at(-1)).toHaveLength(10);
    await publisher.acknowledge(1);
    expect(publisher.batches.at(-1)).toEqual(['id11-1', 'id12-1']);
  });

  it('leave in batches whose size, counted as SNS counts, is within the limit', async () => {
    const { publisher, batcher } = await busyBatcher();
    const size = wireSize(toWireMessage('Customer', entry('a')));
    publisher.maxBatchBytes = 2 * size;
    for (const id of ['a', 'b', 'c']) void batcher.publish(entry(id), never());
    await publisher.acknowledge(0);
    await publisher.acknowledge(1);

    expect(publisher.batches.slice(-2)).toEqual([['a-1', 'b-1'], ['c-1']]);
  });
});

describe('two events of one aggregate', () => {
  it('never share a batch', async () => {
    const { publisher, batcher } = await busyBatcher();
    for (const n of [1, 2]) void batcher.publish(entry('a', n), never());
    void batcher.publish(entry('b'), never());
    await publisher.acknowledge(0);
    await publisher.acknowledge(1);

    expect(publisher.batches.slice(-2)).toEqual([['a-1', 'b-1'], ['a-2']]);
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
    const results = Promise.all(['a', 'b'].map((id) => batcher.publish(entry(id), never())));
    await settled();
    publisher.requests[0]?.answer.resolve([failed, receipt(entry('b'))]);

    expect(await results).toEqual([failed, receipt(entry('b'))]);
  });

  it('of a publisher that answers for fewer events than it got is a failure of the others', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    const results = Promise.all(['a', 'b'].map((id) => batcher.publish(entry(id), never())));
    await settled();
    publisher.requests[0]?.answer.resolve([receipt(entry('a'))]);

    expect(await results).toMatchObject([
      { ok: true },
      { ok: false, failure: { kind: 'retry', code: 'NoResult' } },
    ]);
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
    const results = await Promise.all(['a', 'b', 'c'].map((id) => batcher.publish(entry(id), never())));

    const failure = { kind: 'retry', code: 'PublisherFailed', reason: 'cannot read b-1' };
    expect(results).toEqual([receipt(entry('a')), { ok: false, failure }, receipt(entry('c'))]);
  });
});

describe('a cancelled activity', () => {
  it('takes back its event when it has not been sent', async () => {
    const { publisher, batcher } = await busyBatcher();
    const activity = new AbortController();
    const result = batcher.publish(entry('a'), activity.signal);
    void batcher.publish(entry('b'), never());
    activity.abort();
    await publisher.acknowledge(0);

    expect(await result).toMatchObject({ ok: false, failure: { kind: 'retry', code: 'AbortError' } });
    expect(publisher.batches.at(-1)).toEqual(['b-1']);
  });

  it('aborts a request only when nobody else waits for it', async () => {
    const publisher = new HeldPublisher();
    const batcher = new Batcher('Customer', publisher);
    const [first, second] = [new AbortController(), new AbortController()];
    void batcher.publish(entry('a'), first.signal);
    void batcher.publish(entry('b'), second.signal);
    await settled();
    first.abort();
    expect(publisher.requests[0]?.signal.aborted).toBe(false);
    second.abort();
    expect(publisher.requests[0]?.signal.aborted).toBe(true);
  });
});
