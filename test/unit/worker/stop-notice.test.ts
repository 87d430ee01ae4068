import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StopNotice } from '../../../src/worker/stop-notice.ts';
import { deferred } from '../../support/deferred.ts';

/** A worker as far as the notice looks at it. */
function startWorker(notice: StopNotice) {
  const ended = deferred();
  let state: 'RUNNING' | 'STOPPING' = 'RUNNING';
  const running = notice.runWorker({ getState: () => state }, () => ended.promise);
  return {
    shutDown: () => {
      state = 'STOPPING';
    },
    end: () => {
      ended.resolve();
      return running;
    },
  };
}

// Longer than the notice takes to look.
const looked = (): Promise<void> => sleep(250);

describe('the notice that a worker stops', () => {
  it('comes when it begins to shut down, before it has ended', async () => {
    const notice = new StopNotice();
    const worker = startWorker(notice);
    await looked();
    expect(notice.signal.aborted).toBe(false);
    worker.shutDown();
    await looked();
    expect(notice.signal.aborted).toBe(true);
    await worker.end();
  });

  it('does not reach a worker that goes on, nor one that comes after', async () => {
    const notice = new StopNotice();
    const first = startWorker(notice);
    const second = startWorker(notice);
    first.shutDown();
    await looked();
    await first.end();
    await looked();
    expect(notice.signal.aborted).toBe(false);
    second.shutDown();
    await looked();
    expect(notice.signal.aborted).toBe(true);
    await second.end();
    const third = startWorker(notice);
    expect(notice.signal.aborted).toBe(false);
    await looked();
    expect(notice.signal.aborted).toBe(false);
    await third.end();
  });
});
