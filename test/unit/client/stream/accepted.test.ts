import { expect, it } from 'vitest';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { settled } from '../../../support/deferred.ts';
import { customerMessage } from '../../../support/messages.ts';
import { HeldTarget, WillingTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

it('resolves when every message is accepted, and says how many they are', async () => {
  const target = new HeldTarget();
  const source = new LiveSource()
    .give(customerMessage(1, { id: 'A' }), customerMessage(2, { id: 'B' }), customerMessage(3, { id: 'A' }))
    .end();
  let result: unknown;
  const call = publishStream(target, source).then((value) => {
    result = value;
  });
  await target.accept(0);
  expect(result).toBeUndefined();
  await target.accept(1);
  await call;

  expect(target.sent).toEqual([['m-1', 'm-3'], ['m-2']]);
  expect(result).toEqual({ accepted: 3 });
  expect(source.returned).toBe(0);
});

it.each([
  ['an array', (): readonly [] => []],
  ['a generator', async function* () {}],
])('of %s that is empty, nothing is accepted', async (_, source) => {
  const target = new HeldTarget();

  expect(await publishStream(target, source())).toEqual({ accepted: 0 });
  expect(target.sent).toEqual([]);
});

it('takes arrays and generators too', async () => {
  const target = new WillingTarget();
  const messages = [customerMessage(1), customerMessage(2)];

  expect(await publishStream(target, messages)).toEqual({ accepted: 2 });
  expect(await publishStream(target, new Set(messages))).toEqual({ accepted: 2 });
  expect(target.sent).toEqual([
    ['m-1', 'm-2'],
    ['m-1', 'm-2'],
  ]);
});

it('publishes a message as it was when the source yielded it', async () => {
  const target = new HeldTarget();
  const published: unknown[] = [];
  target.publish = async (messages) => {
    published.push(...messages.map(({ event }) => event));
  };
  const message = { ...customerMessage(1), event: { type: 'NameChanged' as const, name: 'Ada' } };
  await publishStream(
    target,
    (function* () {
      yield message;
      message.event.name = 'Grace';
      message.meta = { ...message.meta, msgId: 'm-2' };
      yield message;
    })(),
  );

  expect(published).toEqual([
    { type: 'NameChanged', name: 'Ada' },
    { type: 'NameChanged', name: 'Grace' },
  ]);
});

it('an aggregate has one call in flight; what comes meanwhile goes together in the next', async () => {
  const target = new HeldTarget();
  const source = new LiveSource();
  const call = publishStream(target, source);
  for (const number of [1, 2, 3]) {
    source.give(customerMessage(number));
    await settled();
  }
  expect(target.sent).toEqual([['m-1']]);
  await target.accept(0);
  expect(target.sent).toEqual([['m-1'], ['m-2', 'm-3']]);
  source.end();
  await target.accept(1);

  expect(await call).toEqual({ accepted: 3 });
});

it('an aggregate does not wait for another one that is slow', async () => {
  const target = new HeldTarget();
  const source = new LiveSource();
  const call = publishStream(target, source);
  source.give(customerMessage(1, { id: 'slow' }), customerMessage(2, { id: 'fast' }));
  await target.accept(1);
  source.give(customerMessage(3, { id: 'slow' }), customerMessage(4, { id: 'fast' })).end();
  await settled();

  expect(target.sent).toEqual([['m-1'], ['m-2'], ['m-4']]);
  await target.accept(2);
  await target.accept(0);
  await target.accept(3);
  expect(await call).toEqual({ accepted: 4 });
});

it('has at most 100 calls in flight, and serves aggregates in the order in which they came', async () => {
  const target = new HeldTarget();
  const messages = Array.from({ length: 205 }, (_, n) => customerMessage(n, { id: `C-${n}` }));
  const call = publishStream(target, messages);
  await settled();
  await settled();
  expect(target.calls).toHaveLength(100);
  await target.accept(50);
  expect(target.sent[100]).toEqual(['m-100']);
  expect(target.calls).toHaveLength(101);
  for (let index = 0; index < 205; index += 1) await target.accept(index);

  expect(await call).toEqual({ accepted: 205 });
});
