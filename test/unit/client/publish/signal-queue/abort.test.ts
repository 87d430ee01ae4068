import { describe, expect, it } from 'vitest';
import { SignalQueue } from '../../../../../src/client/publish/signal-queue.ts';
import { settled } from '../../../../support/deferred.ts';
import { customerEntries, customerEntry, msgIdsOf } from '../../../../support/messages.ts';
import { Signals } from './held-signals.ts';

const reason = new Error('shutting down');

describe('a call that is given up while it waits behind a signal', () => {
  it('is not sent and says why; the calls before and behind it go on', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const caller = new AbortController();
    const calls = [
      queue.enqueue([customerEntry(1)]),
      queue.enqueue([customerEntry(2)], caller.signal),
      queue.enqueue([customerEntry(3)]),
    ];
    caller.abort(reason);
    await signals.accept();
    await signals.accept();

    expect(signals.sent).toEqual([['m-1'], ['m-3']]);
    expect(await Promise.all(calls)).toEqual([
      { accepted: 1 },
      { accepted: 0, error: reason },
      { accepted: 1 },
    ]);
  });

  it('leaves nothing to send when it was the last', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const caller = new AbortController();
    const calls = [queue.enqueue([customerEntry(1)]), queue.enqueue([customerEntry(2)], caller.signal)];
    caller.abort(reason);
    await signals.accept();

    expect(await Promise.all(calls)).toEqual([{ accepted: 1 }, { accepted: 0, error: reason }]);
    expect(signals.sent).toEqual([['m-1']]);
    expect(queue.isIdle).toBe(true);
  });

  it('is one of many that one signal gives up', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const caller = new AbortController();
    const calls = [1, 2, 3, 4, 5, 6].map((number) =>
      queue.enqueue([customerEntry(number)], number % 2 === 0 ? caller.signal : undefined),
    );
    caller.abort(reason);
    await signals.accept();
    await signals.accept();

    expect(signals.sent).toEqual([['m-1'], ['m-3', 'm-5']]);
    expect((await Promise.all(calls)).map(({ accepted }) => accepted)).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it('fails with the signal before it, when that fails', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const caller = new AbortController();
    void queue.enqueue([customerEntry(1)]);
    const call = queue.enqueue([customerEntry(2)], caller.signal);
    caller.abort(reason);
    const unavailable = new Error('14 UNAVAILABLE');
    await signals.fail(unavailable);

    expect(await call).toEqual({ accepted: 0, error: unavailable });
  });
});

it('a call whose signal is aborted already is not sent', async () => {
  const signals = new Signals();
  const queue = new SignalQueue(signals.send);

  expect(await queue.enqueue([customerEntry(1)], AbortSignal.abort(reason))).toEqual({
    accepted: 0,
    error: reason,
  });
  expect(signals.sent).toEqual([]);
  expect(queue.isIdle).toBe(true);
});

describe('a call that is given up while it is in flight', () => {
  it('gets the answer as it comes: accepted', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const caller = new AbortController();
    const call = queue.enqueue([customerEntry(1)], caller.signal);
    caller.abort(reason);
    await settled();
    await signals.accept();

    expect(await call).toEqual({ accepted: 1 });
  });

  it('gets the answer as it comes: not accepted', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const caller = new AbortController();
    const call = queue.enqueue([customerEntry(1)], caller.signal);
    caller.abort(reason);
    const unavailable = new Error('14 UNAVAILABLE');
    await signals.fail(unavailable);

    expect(await call).toEqual({ accepted: 0, error: unavailable });
  });

  it('and larger than a signal says how much was accepted; the rest is not sent, the calls behind it are', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const caller = new AbortController();
    const large = queue.enqueue(customerEntries(1, 1_200), caller.signal);
    const behind = queue.enqueue([customerEntry(1_201)]);
    caller.abort(reason);
    await signals.accept();
    await signals.accept();

    expect(signals.sent).toEqual([msgIdsOf(customerEntries(1, 500)), ['m-1201']]);
    expect(await Promise.all([large, behind])).toEqual([{ accepted: 500, error: reason }, { accepted: 1 }]);
  });
});

it('a call that is given up after its answer keeps it', async () => {
  const signals = new Signals();
  const queue = new SignalQueue(signals.send);
  const caller = new AbortController();
  const call = queue.enqueue([customerEntry(1)], caller.signal);
  await signals.accept();
  caller.abort(reason);

  expect(await call).toEqual({ accepted: 1 });
});
