import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { customerEntry } from '../../../support/messages.ts';
import { FakeSns, type Respond } from './fake-sns.ts';

/** SNS that never answers; the SDK gives up when it is told to. */
const silent: Respond = (_request, abort) =>
  new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    if (abort.aborted) giveUp();
    abort.addEventListener('abort', giveUp);
  });

const timeout = (reason: string) => [{ ok: false, failure: { kind: 'retry', code: 'TimeoutError', reason } }];

describe('a request without an answer', () => {
  it('is given up after the request timeout, to be tried again', async () => {
    const publisher = new FakeSns(silent).publisher({ requestTimeoutMs: 20 });
    const started = Date.now();

    expect(await publisher.publish('Customer', [customerEntry(1)], new AbortController().signal)).toEqual(
      timeout('SNS did not answer within 20 ms, or the worker stopped'),
    );
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('is given up although garbage is collected meanwhile, which Node.js 20 lets AbortSignal.timeout not survive', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const publisher = new FakeSns(silent).publisher({ requestTimeoutMs: 200 });
    const result = publisher.publish('Customer', [customerEntry(1)], new AbortController().signal);
    for (let n = 0; n < 3; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      collectGarbage();
    }

    expect(await result).toEqual(timeout('SNS did not answer within 200 ms, or the worker stopped'));
  }, 5_000);

  it('is given up when the worker stops', async () => {
    const stop = new AbortController();
    const result = new FakeSns(silent).publisher().publish('Customer', [customerEntry(1)], stop.signal);
    stop.abort();

    expect(await result).toEqual(timeout('SNS did not answer within 10000 ms, or the worker stopped'));
  });

  it('is not waited for when the worker has stopped already', async () => {
    const result = new FakeSns(silent)
      .publisher()
      .publish('Customer', [customerEntry(1)], AbortSignal.abort());

    expect(await result).toEqual(timeout('SNS did not answer within 10000 ms, or the worker stopped'));
  });
});
