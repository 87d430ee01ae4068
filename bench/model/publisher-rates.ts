import { ACTIVITY_BUDGET_MS, PARTITION_LIMITS, SNS_MAX_BATCH_ENTRIES } from '../../src/common/defaults.ts';
import type { ResolvedInput } from './input.ts';

/** What one publisher does, per second. */
export interface PublisherRates {
  readonly signals: number;
  readonly workflowTasks: number;
  readonly activities: number;
  readonly snsCalls: number;
}

/**
 * How many leave together when all that has come leaves at once, this takes always as long, and `arrivals` come meanwhile on average. Each
 * departure has what came during the one before it, or, if nothing did, the next one alone.
 */
export function meanBatch(arrivals: number): number {
  return arrivals + Math.exp(-arrivals);
}

/** Of a publisher of one aggregate, which gets so many calls per second. */
export function aggregateRates(calls: number, input: ResolvedInput): PublisherRates {
  const { eventsPerCall, snsMs, temporalMs, sameAggregateBatching } = input;
  const signals = signalRate(calls, input);
  const together = sameAggregateBatching ? SNS_MAX_BATCH_ENTRIES : 1;
  const callsToSns = Math.ceil(eventsPerCall / together);
  // Events that come while an activity runs wait for the next one, which takes the longer for it.
  const sending = Math.min((calls * eventsPerCall * snsMs) / together / 1_000, 0.99);
  const activityMs = Math.max(callsToSns * snsMs + 2 * temporalMs, (2 * temporalMs) / (1 - sending));
  const atMost = ACTIVITY_BUDGET_MS + 2 * temporalMs;
  const callsPerActivity = Math.max(
    meanBatch((signals * Math.min(activityMs, atMost)) / 1_000) * (calls / signals),
    1,
  );
  const activities = calls / callsPerActivity;
  const eventsPerActivity = callsPerActivity * eventsPerCall;
  return {
    signals,
    workflowTasks: taskRate(signals, activities, input),
    activities,
    snsCalls: activities * Math.max(callsToSns, eventsPerActivity / together),
  };
}

/** Of a partition, which gets so many calls per second, of different aggregates. */
export function partitionRates(calls: number, input: ResolvedInput): PublisherRates {
  const { eventsPerCall, snsMs, temporalMs } = input;
  const signals = signalRate(calls, input);
  // Each aggregate's events of a call leave one after the other, those of different aggregates together.
  const activityMs = eventsPerCall * snsMs + 2 * temporalMs;
  const signalsPerActivity = meanBatch((signals * activityMs) / 1_000 / PARTITION_LIMITS.activities);
  const activities = signals / signalsPerActivity;
  const aggregatesPerActivity = calls / activities;
  // The last one of a round is half full.
  const requestsOfRound = Math.max(1, aggregatesPerActivity / SNS_MAX_BATCH_ENTRIES + 0.5);
  return {
    signals,
    workflowTasks: taskRate(signals, activities, input),
    activities,
    snsCalls: activities * eventsPerCall * requestsOfRound,
  };
}

function signalRate(calls: number, { clients, temporalMs }: ResolvedInput): number {
  const roundTrip = temporalMs / 1_000;
  const apart = calls / meanBatch((calls / clients) * roundTrip);
  // One execution's signals are written one after the other. What clients cannot send meanwhile rides in their next signal.
  return Math.min(apart, 1 / roundTrip);
}

/**
 * What comes while a workflow task runs waits for the next one, so an activity's end may share one with a signal or another end. Two signals
 * do not: they are written as far apart as a task is long.
 */
function taskRate(signals: number, activities: number, { temporalMs }: ResolvedInput): number {
  const task = temporalMs / 1_000;
  const arrivals = signals + activities;
  const sharing = 1 - (signals / arrivals) ** 2;
  const together = 1 + (meanBatch(arrivals * task) - 1) * sharing;
  return Math.min(arrivals / together, 1 / task);
}
