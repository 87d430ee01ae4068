/** What one publisher's coming and going costs, when its calls come at random. */
export interface Lingering {
  /** Share of the time for which it is open. */
  readonly open: number;
  /** Runs that a call starts, because the publisher was closed. */
  readonly startsPerCall: number;
  readonly timersPerCall: number;
}

/**
 * A publisher closes when no call has come for the linger time. `calls` is how many come in a linger time on average.
 *
 * Each call keeps it open for one linger time, so it is closed when the last one had no call: with probability e^-calls.
 */
export function lingering(calls: number): Lingering {
  const startsPerCall = Math.exp(-calls);
  return {
    open: -Math.expm1(-calls),
    startsPerCall,
    timersPerCall: timersPerCall(calls),
  };
}

/** From here on runs hardly ever end, and e^calls is beyond what the formula's cancellation bears. */
const ALWAYS_OPEN = 20;

/**
 * Timers per call. A timer runs as long as is left of the linger time when it is set: the first one all of it, the next one as much as the
 * last call was before the end of the one before. With N(d), the timers from one of length d on (linger time = 1):
 *
 *     N(d) = 1 + ∫₀ᵈ calls · e^(-calls · a) · N(1 - a) da,   hence   N'' + calls · N' + calls² · e^-calls · N = 0.
 */
function timersPerCall(calls: number): number {
  if (calls > ALWAYS_OPEN) return 1 / (calls - 1);
  const root = 1 - 4 * Math.exp(-calls);
  const speed = (calls / 2) * Math.sqrt(Math.abs(root));
  const even = root > 0 ? Math.cosh(speed) : Math.cos(speed);
  const odd = speed === 0 ? 1 : (root > 0 ? Math.sinh(speed) : Math.sin(speed)) / speed;
  const damping = Math.exp(-calls / 2);
  // By N'(0) = calls · N(1).
  const factor = (calls / 2 + calls * damping * even) / (1 - calls * damping * odd);
  const timersOfRun = damping * (even + factor * odd);
  return timersOfRun * Math.exp(-calls);
}
