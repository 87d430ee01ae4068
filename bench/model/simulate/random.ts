/** Numbers from 0 to below 1; the same ones for the same seed. */
export type Random = () => number;

/** Mulberry32: 32 bits of state, good enough for arrivals. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time until the next of events that come at random, so many per unit of time. */
export function untilNext(random: Random, rate: number): number {
  return -Math.log(1 - random()) / rate;
}
