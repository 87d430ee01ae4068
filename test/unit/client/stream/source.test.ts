import { expect, it, vi } from 'vitest';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { settled } from '../../../support/deferred.ts';
import { type CustomerMessage, customerMessage } from '../../../support/messages.ts';
import { HeldTarget, WillingTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

const broken = new Error('the database went away');
const unavailable = new Error('unavailable');

it('of a source that throws, everything that was read is accepted', async () => {
  const target = new HeldTarget();
  const source = new LiveSource().give(customerMessage(1));
  const error = publishStream(target, source).catch((reason: unknown) => reason);
  await settled();
  source.give(customerMessage(2));
  await settled();
  await source.throw(broken);
  await target.accept(0);
  await target.accept(1);

  expect(await error).toMatchObject({
    code: 'STREAM_INTERRUPTED',
    message: expect.stringMatching(/^The stream ended at message #2: the database went away \[/),
    accepted: 2,
    cause: broken,
  });
  expect(target.sent).toEqual([['m-1'], ['m-2']]);
  expect(source.returned).toBe(0);
});

it('what a source throws need not be an error', async () => {
  const source: Iterable<CustomerMessage> = {
    [Symbol.iterator]: () => ({
      next: () => {
        throw undefined;
      },
    }),
  };

  await expect(publishStream(new HeldTarget(), source)).rejects.toMatchObject({
    code: 'STREAM_INTERRUPTED',
    accepted: 0,
  });
});

it('a stream that has failed does not wait for a source that never yields again, whatever becomes of it', async () => {
  const target = new HeldTarget();
  const source = new LiveSource().give(customerMessage(1));
  const refused = expect(publishStream(target, source)).rejects.toMatchObject({
    accepted: 0,
    cause: unavailable,
  });
  await target.fail(0, unavailable);
  await refused;
  expect(source.returned).toBe(1);
  // Nobody waits for that any more: it must not come up as an unhandled rejection.
  await source.throw(broken);
  await settled();
});

it('a message that comes after a stream has failed is not sent, and no further one is taken', async () => {
  const target = new HeldTarget();
  const source = new LiveSource().give(customerMessage(1));
  const refused = expect(publishStream(target, source)).rejects.toMatchObject({ accepted: 0 });
  await target.fail(0, unavailable);
  await refused;
  source.give(customerMessage(2), customerMessage(3));
  await settled();

  expect(source.taken).toBe(1 + 1);
  expect(target.sent).toEqual([['m-1']]);
});

it('a generator is left in order, and before the stream rejects', async () => {
  const target = new HeldTarget();
  const left = vi.fn();
  async function* cursor(): AsyncGenerator<CustomerMessage> {
    try {
      for (let number = 1; ; number += 1) yield customerMessage(number);
    } finally {
      await settled();
      left();
    }
  }
  const call = publishStream(target, cursor(), { maxInFlight: 3 });
  const refused = expect(call.finally(() => expect(left).toHaveBeenCalledTimes(1))).rejects.toMatchObject({
    cause: unavailable,
  });
  await target.fail(0, unavailable);

  await refused;
});

it('a generator that waits for ever for its next event is not waited for', async () => {
  const target = new HeldTarget();
  async function* feed(): AsyncGenerator<CustomerMessage> {
    yield customerMessage(1);
    await new Promise(() => undefined);
  }
  const refused = expect(publishStream(target, feed())).rejects.toMatchObject({ cause: unavailable });
  await target.fail(0, unavailable);

  await refused;
});

it('a source that throws after the stream has failed does not hide why it failed', async () => {
  const target = new HeldTarget();
  const source = new LiveSource().give(customerMessage(1, { id: 'A' }), customerMessage(2, { id: 'B' }));
  const refused = expect(publishStream(target, source)).rejects.toMatchObject({
    accepted: 0,
    cause: unavailable,
  });
  await target.fail(0, unavailable);
  await source.throw(broken);
  await target.accept(1);

  await refused;
});

it.each([
  ['rejects', () => Promise.reject(new Error('cannot close'))],
  [
    'throws',
    () => {
      throw new Error('cannot close');
    },
  ],
])('a source whose return() %s is left all the same', async (_, leave) => {
  const target = new HeldTarget();
  const messages = [1, 2, 3].map((number) => customerMessage(number));
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ value: messages.shift() as CustomerMessage }),
      return: leave,
    }),
  };
  const refused = expect(publishStream(target, source, { maxInFlight: 1 })).rejects.toMatchObject({
    accepted: 0,
    cause: unavailable,
  });
  await target.fail(0, unavailable);

  await refused;
});

it('a source without return() may be left too', async () => {
  const target = new HeldTarget();
  const source = { [Symbol.iterator]: () => ({ next: () => ({ value: customerMessage(1) }) }) };
  const refused = expect(publishStream(target, source, { maxInFlight: 1 })).rejects.toMatchObject({
    cause: unavailable,
  });
  await target.fail(0, unavailable);

  await refused;
});

it('something that cannot be iterated is refused', async () => {
  await expect(publishStream(new WillingTarget(), {} as CustomerMessage[])).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('source is an iterable or async iterable of messages, not an object'),
  });
});
