import { describe, expect, it } from 'vitest';
import { SignalQueue } from '../../../../../src/client/publish/signal-queue.ts';
import { settled } from '../../../../support/deferred.ts';
import { customerEntries, customerEntry } from '../../../../support/messages.ts';
import { Signals } from './held-signals.ts';

const unavailable = new Error('14 UNAVAILABLE');

describe('a signal queue', () => {
  it('sends at once when nothing is under way', async () => {
    const signals = new Signals();
    const call = new SignalQueue(signals.send).enqueue(customerEntries(1, 2));

    expect(signals.sent).toEqual([['m-1', 'm-2']]);
    await signals.accept();
    expect(await call).toEqual({ accepted: 2 });
  });

  it('has one signal in flight; calls made meanwhile ride together in the next one, in call order', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const calls = [
      queue.enqueue([customerEntry(1)]),
      queue.enqueue(customerEntries(2, 3)),
      queue.enqueue([customerEntry(4)]),
    ];
    await settled();

    expect(signals.sent).toEqual([['m-1']]);
    await signals.accept();
    expect(signals.sent).toEqual([['m-1'], ['m-2', 'm-3', 'm-4']]);
    await signals.accept();
    expect(await Promise.all(calls)).toEqual([{ accepted: 1 }, { accepted: 2 }, { accepted: 1 }]);
  });

  it('answers a call when its own events are accepted, not when later ones are', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const answered: string[] = [];
    void queue.enqueue([customerEntry(1)]).then(() => answered.push('first'));
    void queue.enqueue([customerEntry(2)]).then(() => answered.push('second'));

    await signals.accept();
    expect(answered).toEqual(['first']);
    await signals.accept();
    expect(answered).toEqual(['first', 'second']);
  });

  it('is idle before the first call and after the last answer', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    expect(queue.isIdle).toBe(true);

    const call = queue.enqueue([customerEntry(1)]);
    expect(queue.isIdle).toBe(false);

    await signals.accept();
    await call;
    expect(queue.isIdle).toBe(true);
  });
});

describe('a call that is larger than a signal', () => {
  it('is split by count: 500 events a signal', async () => {
    const signals = new Signals();
    const call = new SignalQueue(signals.send).enqueue(customerEntries(1, 1_001));
    await signals.accept();
    await signals.accept();
    await signals.accept();

    expect(signals.sent.map((msgIds) => msgIds.length)).toEqual([500, 500, 1]);
    expect(signals.sent.flat()).toEqual(customerEntries(1, 1_001).map((entry) => entry.message.meta.msgId));
    expect(await call).toEqual({ accepted: 1_001 });
  });

  it('is split by size: 512 Ki characters a signal', async () => {
    const signals = new Signals();
    const event = { type: 'NameChanged' as const, name: 'x'.repeat(200_000) };
    void new SignalQueue(signals.send).enqueue(customerEntries(1, 5, { event }));
    await signals.accept();
    await signals.accept();
    await signals.accept();

    expect(signals.sent).toEqual([['m-1', 'm-2'], ['m-3', 'm-4'], ['m-5']]);
  });

  it('shares its last signal with the call behind it', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const first = queue.enqueue(customerEntries(1, 501));
    const second = queue.enqueue([customerEntry(502)]);
    await signals.accept();

    expect(signals.sent[1]).toEqual(['m-501', 'm-502']);
    await signals.accept();
    expect(await Promise.all([first, second])).toEqual([{ accepted: 501 }, { accepted: 1 }]);
  });

  it('counts what was accepted before a later signal failed', async () => {
    const signals = new Signals();
    const call = new SignalQueue(signals.send).enqueue(customerEntries(1, 1_200));
    await signals.accept();
    await signals.accept();
    await signals.fail(unavailable);

    expect(await call).toEqual({ accepted: 1_000, error: unavailable });
  });
});

describe('a signal that fails', () => {
  it('fails its call and the calls behind it: sent alone, their events could overtake', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const calls = [
      queue.enqueue([customerEntry(1)]),
      queue.enqueue([customerEntry(2)]),
      queue.enqueue([customerEntry(3)]),
    ];
    await signals.accept();
    await signals.fail(unavailable);

    expect(await Promise.all(calls)).toEqual([
      { accepted: 1 },
      { accepted: 0, error: unavailable },
      { accepted: 0, error: unavailable },
    ]);
    expect(signals.sent).toEqual([['m-1'], ['m-2', 'm-3']]);
  });

  it('fails also the calls that were made while it was in flight and were not in it', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const inFlight = queue.enqueue([customerEntry(1)]);
    const behind = queue.enqueue([customerEntry(2)]);
    await signals.fail(unavailable);

    expect(await Promise.all([inFlight, behind])).toEqual([
      { accepted: 0, error: unavailable },
      { accepted: 0, error: unavailable },
    ]);
    expect(signals.sent).toEqual([['m-1']]);
  });

  it('leaves the queue working for the next call', async () => {
    const signals = new Signals();
    const queue = new SignalQueue(signals.send);
    const failed = queue.enqueue([customerEntry(1)]);
    await signals.fail(unavailable);
    await failed;
    expect(queue.isIdle).toBe(true);

    const again = queue.enqueue(customerEntries(1, 2));
    await signals.accept();

    expect(await again).toEqual({ accepted: 2 });
    expect(signals.sent).toEqual([['m-1'], ['m-1', 'm-2']]);
  });

  it('may also throw instead of rejecting', async () => {
    const queue = new SignalQueue(() => {
      throw unavailable;
    });

    expect(await queue.enqueue([customerEntry(1)])).toEqual({ accepted: 0, error: unavailable });
  });
});
