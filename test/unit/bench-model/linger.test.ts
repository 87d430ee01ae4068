import { describe, expect, it } from 'vitest';
import { lingering } from '../../../bench/model/linger.ts';
import { simulateOpenPublishers } from '../../../bench/model/simulate/open-publishers.ts';

const LINGER_SECONDS = 60;
const CALLS_PER_SECOND = 100;
/** Fifty linger times: all publishers begin together, and their timers fall out of step only slowly. */
const SECONDS = 3_000;

describe('publishers that come and go', () => {
  // Calls in a linger time, from nearly none to many; 1.386 is where the formula's roots meet.
  it.each([0.06, 0.5, 1, 1.386, 2, 5, 15, 30])(
    'at %d calls in a linger time are as in the simulation',
    (calls) => {
      const aggregates = Math.round((CALLS_PER_SECOND * LINGER_SECONDS) / calls);
      const counted = simulateOpenPublishers({
        callsPerSecond: CALLS_PER_SECOND,
        aggregates,
        zipf: 0,
        lingerSeconds: LINGER_SECONDS,
        seconds: SECONDS,
        seed: 5,
      });
      const said = lingering((CALLS_PER_SECOND * LINGER_SECONDS) / aggregates);
      expect(counted.open / aggregates / said.open).toBeCloseTo(1, 1.5);
      expect(counted.timersPerCall / said.timersPerCall).toBeCloseTo(1, 1.5);
      expect(counted.startsPerCall).toBeCloseTo(said.startsPerCall, 2);
    },
  );

  it('have a run, and a timer, for each call that comes alone', () => {
    const { open, startsPerCall, timersPerCall } = lingering(1e-6);
    expect(open).toBeCloseTo(1e-6, 9);
    expect(startsPerCall).toBeCloseTo(1, 5);
    expect(timersPerCall).toBeCloseTo(1, 5);
  });

  it('stay open, with a timer per linger time, when calls come all the time', () => {
    const { open, startsPerCall, timersPerCall } = lingering(600);
    expect(open).toBe(1);
    expect(startsPerCall).toBeLessThan(1e-100);
    expect(timersPerCall * 600).toBeCloseTo(1, 2);
  });

  it('need no fewer timers where the formula goes over into its limit', () => {
    expect(lingering(20).timersPerCall / lingering(20.01).timersPerCall).toBeCloseTo(1, 2);
  });
});
