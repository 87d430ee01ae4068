import { expect, it } from 'vitest';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { settled } from '../../../support/deferred.ts';
import { type CustomerMessage, customerMessage } from '../../../support/messages.ts';
import { HeldTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

/** A topic that takes its time, and counts. */
function slowTarget(): { readonly target: HeldTarget; readonly counts: { accepted: number } } {
  const target = new HeldTarget();
  const counts = { accepted: 0 };
  target.publish = async (messages) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    counts.accepted += messages.length;
  };
  return { target, counts };
}

it.each([
  { length: 100_000, most: 1_000, options: {} },
  { length: 5_000, most: 37, options: { maxInFlight: 37 } },
  { length: 500, most: 1, options: { maxInFlight: 1 } },
])(
  'of $length messages never more than $most are taken and not accepted: $options',
  async ({ length, most, options }) => {
    const { target, counts } = slowTarget();
    let ahead = 0;
    function* source(): Generator<CustomerMessage> {
      for (let taken = 1; taken <= length; taken += 1) {
        yield customerMessage(taken, { id: `C-${taken % 700}` });
        // Asked for the next one: `taken` are taken.
        if (taken < length) ahead = Math.max(ahead, taken + 1 - counts.accepted);
      }
    }

    expect(await publishStream(target, source(), options)).toEqual({ accepted: length });
    expect(ahead).toBeLessThanOrEqual(most);
    expect(counts.accepted).toBe(length);
  },
);

it('reads 1,000 messages ahead of a topic that does not answer, then no more', async () => {
  const target = new HeldTarget();
  const caller = new AbortController();
  const source = new LiveSource().give(...Array.from({ length: 1_500 }, (_, n) => customerMessage(n)));
  const call = publishStream(target, source, { signal: caller.signal });
  const refused = expect(call).rejects.toMatchObject({ accepted: 100 });
  for (let turn = 0; turn < 20; turn += 1) await settled();
  expect(source.taken).toBe(1_000);
  caller.abort();
  await target.accept(0);

  await refused;
});

it('does not run further ahead of the first message that is not accepted: resuming repeats fewer than maxInFlight', async () => {
  const target = new HeldTarget();
  const source = new LiveSource().give(...[1, 2, 3, 4].map((n) => customerMessage(n, { id: `C-${n}` })));
  const call = publishStream(target, source, { maxInFlight: 3 });
  await target.accept(1, 2);
  expect(source.taken).toBe(3);
  await target.accept(0);
  expect(source.taken).toBe(4);
  source.end();
  await target.accept(3);
  await call;
});

it('reads no further while messages of maxBytesInFlight are not accepted', async () => {
  const target = new HeldTarget();
  const message = (number: number): CustomerMessage =>
    customerMessage(number, { id: `C-${number}`, event: { type: 'NameChanged', name: 'ü'.repeat(5_000) } });
  const source = new LiveSource().give(...[1, 2, 3, 4, 5].map(message)).end();
  const call = publishStream(target, source, { maxBytesInFlight: 15_000 });
  await settled();
  expect(source.taken).toBe(2);
  await target.accept(1);
  expect(source.taken).toBe(3);
  await target.accept(0, 2);
  await target.accept(3, 4);

  expect(await call).toEqual({ accepted: 5 });
});

it('a single message may be larger than maxBytesInFlight', async () => {
  const target = new HeldTarget();
  const call = publishStream(target, [customerMessage(1), customerMessage(2)], { maxBytesInFlight: 1 });
  await target.accept(0);
  await target.accept(1);

  expect(await call).toEqual({ accepted: 2 });
});
