import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { type CustomerMessage, customerMessage } from '../../../support/messages.ts';
import { HeldTarget, WillingTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

describe('messages of an aggregate go together in one call', () => {
  it('as far as the source has them ready', async () => {
    const target = new WillingTarget();
    async function* pages(): AsyncGenerator<CustomerMessage> {
      for (const page of [
        [1, 2, 3],
        [4, 5],
      ]) {
        await sleep(20);
        for (const number of page) yield customerMessage(number);
      }
    }
    await publishStream(target, pages());

    expect(target.sent).toEqual([
      ['m-1', 'm-2', 'm-3'],
      ['m-4', 'm-5'],
    ]);
  });

  it('at most 500, as one signal takes', async () => {
    const target = new HeldTarget();
    const source = new LiveSource().give(customerMessage(0));
    const call = publishStream(target, source);
    await target.accept();
    source.give(...Array.from({ length: 501 }, (_, index) => customerMessage(index + 1))).end();
    // A source that has always more gives others a turn: reading 501 messages takes several.
    for (let turn = 0; turn < 10; turn += 1) await target.accept();
    await target.accept(0);
    await target.accept(1);
    await target.accept(2);
    await call;

    expect(target.sent.map((msgIds) => msgIds.length)).toEqual([1, 500, 1]);
  });

  it('up to the bytes that one signal takes, a larger one alone', async () => {
    const target = new WillingTarget();
    const sized = (number: number, length: number): CustomerMessage =>
      customerMessage(number, { event: { type: 'NameChanged', name: 'x'.repeat(length) } });
    await publishStream(target, [sized(1, 200_000), sized(2, 200_000), sized(3, 200_000), sized(4, 1)]);

    expect(target.sent).toEqual([
      ['m-1', 'm-2'],
      ['m-3', 'm-4'],
    ]);
  });

  it('but a message that comes again goes in the next one: the publisher drops it', async () => {
    const target = new WillingTarget();
    const numbers = [1, 2, 2, 3, 1];

    expect(
      await publishStream(
        target,
        numbers.map((number) => customerMessage(number)),
      ),
    ).toEqual({
      accepted: 5,
    });
    expect(target.sent).toEqual([
      ['m-1', 'm-2'],
      ['m-2', 'm-3', 'm-1'],
    ]);
  });

  it('and so does a position that comes again: the publisher drops or reports it', async () => {
    const target = new WillingTarget();
    const source = [1, 2, 2, 3].map((position, number) => customerMessage(number, { position }));
    await publishStream(target, source);

    expect(target.sent).toEqual([
      ['m-0', 'm-1'],
      ['m-2', 'm-3'],
    ]);
  });
});

it('a message that comes alone is not kept waiting for company', async () => {
  const target = new HeldTarget();
  const source = new LiveSource();
  const call = publishStream(target, source);
  source.give(customerMessage(1));
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));

  expect(target.sent).toEqual([['m-1']]);
  source.end();
  await target.accept(0);
  await call;
});

it('a source that always has more lets others run after every 100 messages', async () => {
  const turns = new Map<number, number>();
  let turn = 0;
  let isOver = false;
  const count = (): void => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  function* source(): Generator<CustomerMessage> {
    for (let number = 1; number <= 1_000; number += 1) {
      turns.set(turn, (turns.get(turn) ?? 0) + 1);
      yield customerMessage(number, { id: `C-${number}` });
    }
  }
  await publishStream(new WillingTarget(), source());
  isOver = true;

  expect(Math.max(...turns.values())).toBe(100);
});
