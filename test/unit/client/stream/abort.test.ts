import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { settled } from '../../../support/deferred.ts';
import { customerMessage } from '../../../support/messages.ts';
import { HeldTarget, WillingTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

const reason = new Error('shutting down');

it('a stream that is given up before it begins reads nothing and throws the reason', async () => {
  const source = new LiveSource().give(customerMessage(1));
  const signal = AbortSignal.abort(reason);

  await expect(publishStream(new HeldTarget(), source, { signal })).rejects.toBe(reason);
  expect(source).toMatchObject({ taken: 0, returned: 0 });
});

it('a stream that is given up reads and sends nothing more, and says what is accepted', async () => {
  const target = new HeldTarget();
  const caller = new AbortController();
  const source = new LiveSource().give(customerMessage(1, { id: 'A' }), customerMessage(2, { id: 'B' }));
  const refused = expect(publishStream(target, source, { signal: caller.signal })).rejects.toMatchObject({
    code: 'STREAM_INTERRUPTED',
    accepted: 2,
    details: { id: 'A', msgId: 'm-3' },
    cause: reason,
  });
  await settled();
  source.give(customerMessage(3, { id: 'A' }));
  await settled();
  caller.abort(reason);
  await target.accept(0, 1);
  await refused;

  expect(target.sent).toEqual([['m-1'], ['m-2']]);
  expect(source.returned).toBe(1);
});

it('a stream that is given up while its source has nothing does not wait for it', async () => {
  const caller = new AbortController();
  const source = new LiveSource();
  const call = publishStream(new HeldTarget(), source, { signal: caller.signal });
  const refused = expect(call).rejects.toMatchObject({ accepted: 0, cause: reason });
  await settled();
  caller.abort(reason);

  await refused;
  expect(source.returned).toBe(1);
});

it('its calls are given up too; the reason is the one that counts', async () => {
  const target = new HeldTarget();
  const caller = new AbortController();
  const call = publishStream(target, [customerMessage(1)], { signal: caller.signal });
  const refused = expect(call).rejects.toMatchObject({ accepted: 0, cause: reason });
  await settled();
  expect(target.calls[0]?.signal).toBe(caller.signal);
  caller.abort(reason);
  await target.fail(0, new Error('not sent any more'));

  await refused;
});

it('one that is given up when all of it is read and in flight has the outcome that comes', async () => {
  const target = new HeldTarget();
  const caller = new AbortController();
  const call = publishStream(target, [customerMessage(1)], { signal: caller.signal });
  await settled();
  caller.abort(reason);
  await target.accept(0);

  expect(await call).toEqual({ accepted: 1 });
});

it('leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  await publishStream(new WillingTarget(), [customerMessage(1)], { signal });

  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
