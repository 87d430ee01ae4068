import { describe, expect, it, vi } from 'vitest';
import { type Passage, Turnstile } from '../../../../src/client/publish/turnstile.ts';
import { EventTopicError, InvalidMessagesError } from '../../../../src/common/errors.ts';
import { type Deferred, deferred, settled } from '../../../support/deferred.ts';

/** Calls through one turnstile, and the order in which they entered. */
class Calls {
  readonly turnstile = new Turnstile();
  readonly entered: string[] = [];

  /** A call that waits for no preparation unless one is given. */
  pass(name: string, passage: Partial<Passage> = {}): Promise<string> {
    const { aggregates = ['a'], prepared, signal } = passage;
    return this.turnstile.pass({ aggregates, prepared, signal }, async () => {
      this.entered.push(name);
      return name;
    });
  }
}

const outage = new EventTopicError('CLAIM_CHECK_FAILED', 'S3 does not answer');
const invalid = new InvalidMessagesError('Customer', []);
const preparations = (count: number): readonly Deferred<void>[] =>
  Array.from({ length: count }, () => deferred());

describe('calls of one aggregate', () => {
  it('pass in the order in which they came, however late the first is prepared', async () => {
    const calls = new Calls();
    const [first, second] = preparations(2);
    const results = Promise.all([
      calls.pass('first', { prepared: first?.promise }),
      calls.pass('second', { prepared: second?.promise }),
      calls.pass('third'),
    ]);
    second?.resolve();
    await settled();
    expect(calls.entered).toEqual([]);
    first?.resolve();
    expect(await results).toEqual(['first', 'second', 'third']);
    expect(calls.entered).toEqual(['first', 'second', 'third']);
  });

  it('do not overtake those that still prepare when one between has failed', async () => {
    const calls = new Calls();
    const first = deferred();
    const one = calls.pass('one', { prepared: first.promise });
    const between = [calls.pass('two', { prepared: Promise.reject(outage) }), calls.pass('three')];
    for (const call of between) await expect(call).rejects.toBe(outage);
    const again = [calls.pass('two again', { prepared: Promise.resolve() }), calls.pass('three again')];
    await settled();
    expect(calls.entered).toEqual([]);
    first.resolve();
    await Promise.all([one, ...again]);
    expect(calls.entered).toEqual(['one', 'two again', 'three again']);
  });

  it('do not wait for one another once they have entered', async () => {
    const turnstile = new Turnstile();
    const passage = { aggregates: ['a'], prepared: Promise.resolve(), signal: undefined };
    const answer = deferred();
    const slow = turnstile.pass(passage, () => answer.promise);
    expect(await turnstile.pass(passage, async () => 'behind')).toBe('behind');
    answer.resolve();
    await slow;
  });

  it('let each know what became of its own entering', async () => {
    const turnstile = new Turnstile();
    const passage = { aggregates: ['a'], prepared: Promise.resolve(), signal: undefined };
    const failing = turnstile.pass(passage, () => Promise.reject(outage));
    const behind = turnstile.pass(passage, async () => 'behind');
    await expect(failing).rejects.toBe(outage);
    expect(await behind).toBe('behind');
  });
});

describe('a call without preparation', () => {
  it('enters at once, before anything is awaited, when nobody is before it', () => {
    const calls = new Calls();
    void calls.pass('only');
    expect(calls.entered).toEqual(['only']);
  });

  it('enters at once also while calls of other aggregates prepare', () => {
    const calls = new Calls();
    void calls.pass('slow', { prepared: deferred().promise });
    void calls.pass('other', { aggregates: ['b', 'c'] });
    expect(calls.entered).toEqual(['other']);
  });

  it('enters at once again when all before it have passed', async () => {
    const calls = new Calls();
    await calls.pass('prepared', { prepared: Promise.resolve() });
    await settled();
    void calls.pass('later');
    expect(calls.entered).toEqual(['prepared', 'later']);
  });
});

describe('a call of several aggregates', () => {
  it('waits for whoever is before it in any of them, and holds up all of them', async () => {
    const calls = new Calls();
    const [ofA, ofB] = preparations(2);
    const results = Promise.all([
      calls.pass('a', { prepared: ofA?.promise }),
      calls.pass('b', { aggregates: ['b'], prepared: ofB?.promise }),
      calls.pass('a+b+c', { aggregates: ['a', 'b', 'c'] }),
      calls.pass('c', { aggregates: ['c'] }),
    ]);
    ofB?.resolve();
    await settled();
    expect(calls.entered).toEqual(['b']);
    ofA?.resolve();
    await results;
    expect(calls.entered).toEqual(['b', 'a', 'a+b+c', 'c']);
  });

  it('may name one of them twice', async () => {
    const calls = new Calls();
    const results = [
      calls.pass('twice', { aggregates: ['a', 'a'], prepared: Promise.resolve() }),
      calls.pass('behind'),
    ];
    expect(await Promise.all(results)).toEqual(['twice', 'behind']);
  });
});

describe('when a preparation fails', () => {
  it('so do the calls that wait behind it, and none of them enters', async () => {
    const calls = new Calls();
    const [first, second] = preparations(2);
    const results = Promise.allSettled([
      calls.pass('first', { prepared: first?.promise }),
      calls.pass('second', { aggregates: ['a', 'b'], prepared: second?.promise }),
      calls.pass('behind the second', { aggregates: ['b'] }),
    ]);
    const other = calls.pass('other', { aggregates: ['c'] });
    first?.reject(outage);
    second?.resolve();
    expect(await results).toEqual(Array(3).fill({ status: 'rejected', reason: outage }));
    expect(await other).toBe('other');
    expect(calls.entered).toEqual(['other']);
  });

  it('those before it pass, and so do those that come when it has failed', async () => {
    const calls = new Calls();
    const [first, second] = preparations(2);
    const before = calls.pass('before', { prepared: first?.promise });
    const failing = calls.pass('failing', { prepared: second?.promise });
    second?.reject(outage);
    await expect(failing).rejects.toBe(outage);
    first?.resolve();
    expect(await before).toBe('before');
    expect(await calls.pass('its next try', { prepared: Promise.resolve() })).toBe('its next try');
  });

  it('because its messages are invalid, it holds up nobody, and nobody overtakes those before it', async () => {
    const calls = new Calls();
    const [first] = preparations(1);
    const before = calls.pass('before', { prepared: first?.promise });
    const failing = calls.pass('failing', { prepared: Promise.reject(invalid) });
    const behind = calls.pass('behind');
    await expect(failing).rejects.toBe(invalid);
    await settled();
    expect(calls.entered).toEqual([]);
    first?.resolve();
    expect(await Promise.all([before, behind])).toEqual(['before', 'behind']);
    expect(calls.entered).toEqual(['before', 'behind']);
  });

  it('because its caller gave it up, it holds up nobody', async () => {
    const calls = new Calls();
    const caller = new AbortController();
    const upload = deferred();
    const givenUp = calls.pass('given up', { prepared: upload.promise, signal: caller.signal });
    const behind = calls.pass('behind');
    caller.abort(new Error('the user has left'));
    upload.reject(caller.signal.reason);
    await expect(givenUp).rejects.toThrow('the user has left');
    expect(await behind).toBe('behind');
    expect(calls.entered).toEqual(['behind']);
  });
});

describe('a call whose signal aborts', () => {
  it('ends at once, and is not entered when its turn comes', async () => {
    const calls = new Calls();
    const caller = new AbortController();
    const [first] = preparations(1);
    const before = calls.pass('before', { prepared: first?.promise });
    const waiting = calls.pass('waiting', { signal: caller.signal });
    const behind = calls.pass('behind');
    caller.abort(new Error('the user has left'));
    await expect(waiting).rejects.toThrow('the user has left');
    expect(calls.entered).toEqual([]);
    first?.resolve();
    await Promise.all([before, behind]);
    expect(calls.entered).toEqual(['before', 'behind']);
  });

  it('holds those behind it until its own preparation has ended: it may end well', async () => {
    const calls = new Calls();
    const caller = new AbortController();
    const [upload] = preparations(1);
    const givenUp = calls.pass('given up', { prepared: upload?.promise, signal: caller.signal });
    const behind = calls.pass('behind');
    caller.abort(new Error('the user has left'));
    await expect(givenUp).rejects.toThrow('the user has left');
    upload?.resolve();
    expect(await behind).toBe('behind');
    expect(calls.entered).toEqual(['behind']);
  });

  it('after it has entered, is left to what it entered', async () => {
    const turnstile = new Turnstile();
    const caller = new AbortController();
    const answer = deferred<string>();
    const passage = { aggregates: ['a'], prepared: Promise.resolve(), signal: caller.signal };
    const entered = turnstile.pass(passage, () => answer.promise);
    await settled();
    caller.abort(new Error('the user has left'));
    answer.resolve('accepted all the same');
    expect(await entered).toBe('accepted all the same');
  });
});

describe('when all have passed', () => {
  it.each([
    ['well', () => Promise.resolve()],
    ['badly', () => Promise.reject(outage)],
    ['as they were wrong', () => Promise.reject(invalid)],
  ])('%s, nothing of them is kept: whoever comes then enters at once', async (_how, prepare) => {
    const calls = new Calls();
    const aggregates = Array.from({ length: 50 }, (_, n) => [`a${n % 7}`, `b${n}`]);
    const passes = aggregates.map((ids, n) => calls.pass(`${n}`, { aggregates: ids, prepared: prepare() }));
    void calls.pass('too early', { aggregates: ['b0'] }).catch(() => undefined);
    expect(calls.entered).toEqual([]);
    await Promise.allSettled(passes);
    await settled();
    const before = calls.entered.length;
    for (const id of new Set(aggregates.flat())) {
      void calls.pass(id, { aggregates: [id] });
      expect(calls.entered.at(-1)).toBe(id);
    }
    expect(calls.entered).toHaveLength(before + 57);
  });

  it('no listener stays on a signal that outlives them', async () => {
    const calls = new Calls();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await calls.pass('well', { prepared: Promise.resolve(), signal });
    await calls.pass('badly', { prepared: Promise.reject(outage), signal }).catch(() => undefined);
    await settled();
    const listeners = new Set(added.mock.calls.map(([, listener]) => listener));
    for (const [, listener] of removed.mock.calls) listeners.delete(listener);
    expect(added).toHaveBeenCalledTimes(2);
    expect(listeners.size).toBe(0);
  });
});
