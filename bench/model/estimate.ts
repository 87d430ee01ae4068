import { type Dollars, dollarsOf } from './dollars.ts';
import { type ResolvedInput, resolveInput, type ScaleInput } from './input.ts';
import { type Measured, measuredCosts } from './measured.ts';
import { notesOf } from './notes.ts';
import { actionsOf, historyEventsOf, requestsOf, type Traffic, trafficOf } from './traffic.ts';
import { type Use, usesOf } from './uses.ts';
import { type Workers, workersOf } from './workers.ts';

/** What it takes. */
export interface Estimate {
  readonly input: ResolvedInput;
  readonly traffic: Traffic;
  readonly actionsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly historyEventsPerSecond: number;
  readonly workers: Workers;
  readonly dollarsPerHour: Dollars;
  /** The one that binds first comes first. */
  readonly uses: readonly Use[];
  /** What does not go together, or was never measured. */
  readonly notes: readonly string[];
}

/** Throws a `Refusal` with all that is wrong with the input. */
export function estimate(wanted: ScaleInput, measured: Measured = measuredCosts()): Estimate {
  const input = resolveInput(wanted);
  const traffic = trafficOf(input);
  const workers = workersOf(traffic, input, measured);
  return {
    input,
    traffic,
    actionsPerSecond: actionsOf(traffic),
    requestsPerSecond: requestsOf(traffic),
    historyEventsPerSecond: historyEventsOf(traffic),
    workers,
    dollarsPerHour: dollarsOf(traffic, { input, measured, workers }),
    uses: usesOf(traffic, input, measured),
    notes: notesOf(input, workers),
  };
}
