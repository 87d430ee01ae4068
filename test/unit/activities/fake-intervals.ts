import { AsyncResource } from 'node:async_hooks';
import { afterEach, beforeEach, vi } from 'vitest';

/** Fakes clock and intervals for the tests of this file or `describe`. */
export function useFakeIntervals(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    runIntervalsInTheirContext();
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
}

/** Real intervals run in the context of the activity that set them; fake ones do not by themselves. */
function runIntervalsInTheirContext(): void {
  const { setInterval } = globalThis;
  const inContext = (run: () => void, everyMs: number): NodeJS.Timeout =>
    setInterval(AsyncResource.bind(run), everyMs);
  vi.spyOn(globalThis, 'setInterval').mockImplementation(inContext as typeof setInterval);
}
