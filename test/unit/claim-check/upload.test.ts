import { describe, expect, it } from 'vitest';
import type { PayloadStore } from '../../../src/common/claim-check.ts';
import { EventTopicError } from '../../../src/common/errors.ts';
import { checkIn, type Upload, uploadBodies } from '../../../src/common/offload.ts';
import { customerEntry } from '../../support/messages.ts';

const uploads = Array.from({ length: 10 }, (_, index): Upload => {
  return checkIn('Customer', { entry: customerEntry(index), body: `body ${index}` }, { bucket: 'bodies' });
});

/** A store that notes what it is asked for, and answers when it is told to. */
class HeldStore implements PayloadStore {
  readonly bucket = 'bodies';
  readonly begun: string[] = [];
  readonly #answers: { resolve: () => void; reject: (error: Error) => void }[] = [];

  put(_key: string, body: string): Promise<void> {
    this.begun.push(body);
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
  }

  async answer(error?: Error): Promise<void> {
    const next = this.#answers.shift();
    if (error) next?.reject(error);
    else next?.resolve();
    await new Promise(setImmediate);
  }
}

const bodies = (count: number) => Array.from({ length: count }, (_, index) => `body ${index}`);

describe('the bodies of a call', () => {
  it('are stored under the keys of their entries', async () => {
    const stored = new Map<string, string>();
    await uploadBodies(uploads, { bucket: 'bodies', put: async (key, body) => void stored.set(key, body) });

    expect(stored).toEqual(new Map(uploads.map(({ entry, body }) => [entry.claimCheck.key, body])));
  });

  it('are uploaded four at a time, and all are stored when it resolves', async () => {
    const store = new HeldStore();
    let isDone = false;
    const done = uploadBodies(uploads, store).then(() => {
      isDone = true;
    });

    expect(store.begun).toEqual(bodies(4));
    await store.answer();
    expect(store.begun).toEqual(bodies(5));
    for (let answered = 1; answered < 9; answered += 1) await store.answer();
    expect(isDone).toBe(false);
    await store.answer();
    await done;
    expect(store.begun).toEqual(bodies(10));
  });

  it('may be none', async () => {
    await uploadBodies([], new HeldStore());
  });
});

describe('a body that cannot be stored', () => {
  it('fails the call, and no other upload begins', async () => {
    const store = new HeldStore();
    const done = uploadBodies(uploads, store);
    const failed = expect(done).rejects.toThrow('no room');
    await store.answer(new Error('no room'));
    await failed;
    await store.answer();
    await store.answer(new Error('a later one'));

    expect(store.begun).toEqual(bodies(4));
  });
});

describe('the error of a body that cannot be stored', () => {
  const storeThat = (error: unknown): PayloadStore => ({
    bucket: 'bodies',
    put: () => Promise.reject(error),
  });

  it('names bucket, key and message, whatever the store threw', async () => {
    const [first] = uploads;
    const cause = new Error('no room');

    await expect(uploadBodies(uploads.slice(0, 1), storeThat(cause))).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      details: { bucket: 'bodies', key: first?.entry.claimCheck.key, msgId: 'm-0' },
      message: expect.stringContaining('no room'),
      cause,
    });
  });

  it("is the store's own when that says what to do", async () => {
    const error = new EventTopicError('CLAIM_CHECK_FAILED', 'No permission');

    await expect(uploadBodies(uploads, storeThat(error))).rejects.toBe(error);
  });
});

describe('a caller who gives up', () => {
  it('before the call begins nothing', async () => {
    const store = new HeldStore();

    await expect(uploadBodies(uploads, store, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
    expect(store.begun).toEqual([]);
  });

  it('meanwhile begins nothing more', async () => {
    const store = new HeldStore();
    const controller = new AbortController();
    const failed = expect(uploadBodies(uploads, store, controller.signal)).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await store.answer();
    await failed;

    expect(store.begun).toEqual(bodies(4));
  });

  it('is known to the store', async () => {
    const signals: unknown[] = [];
    const { signal } = new AbortController();
    const put = async (_key: string, _body: string, given?: AbortSignal) => void signals.push(given);
    await uploadBodies(uploads.slice(0, 1), { bucket: 'bodies', put }, signal);

    expect(signals).toEqual([signal]);
  });
});
