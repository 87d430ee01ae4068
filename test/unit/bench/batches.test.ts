import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Batches, type Outcome } from '../../../bench/contenders/batched-by-hand/batches.ts';

interface Message {
  readonly id: string;
  readonly number: number;
}

const LIMITS = { entriesPerBatch: 3, inFlight: 2, attempts: 3, backoffMs: 1 };

/** Remembers what is sent, and answers as it is told: all taken, unless said otherwise. */
class Sns {
  readonly batches: (readonly Message[])[] = [];
  mostInFlight = 0;
  answer: (message: Message) => Outcome = () => ({});
  #inFlight = 0;

  readonly send = async (messages: readonly Message[]): Promise<readonly Outcome[]> => {
    this.batches.push(messages);
    this.#inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    await sleep(2);
    this.#inFlight -= 1;
    return messages.map(this.answer);
  };

  numbersOf(id: string): readonly number[] {
    return this.batches.flat().flatMap((message) => (message.id === id ? message.number : []));
  }
}

function publishAll(batches: Batches<Message>, ids: readonly string[], each: number): Promise<unknown> {
  const messages = Array.from({ length: each }, (_, index) => ids.map((id) => ({ id, number: index + 1 })));
  return Promise.all(messages.flat().map((message) => batches.publish(message)));
}

describe('batches by hand', () => {
  it('fills requests with different aggregates, each of them in order', async () => {
    const sns = new Sns();
    await publishAll(new Batches(sns.send, LIMITS), ['a', 'b', 'c', 'd', 'e', 'f'], 4);
    for (const id of 'abcdef') expect(sns.numbersOf(id)).toEqual([1, 2, 3, 4]);
    for (const batch of sns.batches) expect(new Set(batch.map(({ id }) => id)).size).toBe(batch.length);
    expect(sns.batches.map(({ length }) => length)).toEqual(Array(8).fill(3));
    expect(sns.mostInFlight).toBe(2);
  });

  it('sends one message of an aggregate at a time', async () => {
    const sns = new Sns();
    await publishAll(new Batches(sns.send, LIMITS), ['a'], 3);
    expect(sns.batches.map((batch) => batch.map(({ number }) => number))).toEqual([[1], [2], [3]]);
    expect(sns.mostInFlight).toBe(1);
  });

  it('does not wait for a full batch', async () => {
    const sns = new Sns();
    await publishAll(new Batches(sns.send, LIMITS), ['a', 'b', 'c', 'd'], 1);
    expect(sns.batches.map(({ length }) => length)).toEqual([3, 1]);
  });

  it('sends what was refused again before the next of its aggregate', async () => {
    const sns = new Sns();
    let refusals = 2;
    sns.answer = ({ id, number }) => {
      if (id !== 'a' || number !== 1 || refusals === 0) return {};
      refusals -= 1;
      return { error: new Error('Throttled'), mayRetry: true };
    };
    await publishAll(new Batches(sns.send, LIMITS), ['a', 'b'], 2);
    expect(sns.numbersOf('a')).toEqual([1, 1, 1, 2]);
    expect(sns.numbersOf('b')).toEqual([1, 2]);
  });

  it('gives up an aggregate whose message cannot be sent, and no other', async () => {
    const sns = new Sns();
    sns.answer = ({ id }) => (id === 'a' ? { error: new Error('InvalidParameter'), mayRetry: false } : {});
    const batches = new Batches(sns.send, LIMITS);
    const [first, second, other] = await Promise.allSettled([
      batches.publish({ id: 'a', number: 1 }),
      batches.publish({ id: 'a', number: 2 }),
      batches.publish({ id: 'b', number: 1 }),
    ]);
    expect([first?.status, second?.status, other?.status]).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(sns.numbersOf('a')).toEqual([1]);
  });

  it('gives up after so many attempts of a request that fails as a whole, and can go on afterwards', async () => {
    let requests = 0;
    const isDown = (): boolean => requests <= LIMITS.attempts;
    const batches = new Batches<Message>((messages) => {
      requests += 1;
      return isDown() ? Promise.reject(new Error('ECONNRESET')) : Promise.resolve(messages.map(() => ({})));
    }, LIMITS);
    await expect(batches.publish({ id: 'a', number: 1 })).rejects.toThrow('ECONNRESET');
    expect(requests).toBe(3);
    await expect(batches.publish({ id: 'a', number: 1 })).resolves.toBeUndefined();
  });
});
