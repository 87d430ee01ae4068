import type { ResolvedInput } from './input.ts';
import { lingering } from './linger.ts';
import { aggregateRates, partitionRates } from './publisher-rates.ts';
import { type Share, spreadOf } from './spread.ts';

/** What all publishers do together, per second, and how many there are. */
export interface Traffic {
  readonly openPublishers: number;
  readonly signals: number;
  readonly workflowTasks: number;
  readonly activities: number;
  readonly timers: number;
  /** Runs that begin; as many end. */
  readonly starts: number;
  readonly snsCalls: number;
  /** Events per second of the busiest aggregate, and of the publisher that has it. */
  readonly busiestAggregate: number;
  readonly busiestPublisher: number;
  /** Signals per second of the publisher that gets most. */
  readonly mostSignals: number;
}

export function trafficOf(input: ResolvedInput): Traffic {
  const spread = spreadOf(input.aggregates, input.zipf);
  return input.partitions === undefined
    ? ofAggregates(spread, input)
    : ofPartitions(spread, input, input.partitions);
}

function ofAggregates(spread: readonly Share[], input: ResolvedInput): Traffic {
  const { eventsPerSecond, eventsPerCall, lingerSeconds } = input;
  const parts = spread.map(({ aggregates, each }) => {
    const calls = (eventsPerSecond * each) / eventsPerCall;
    const { open, startsPerCall, timersPerCall } = lingering(calls * lingerSeconds);
    const { signals, workflowTasks, activities, snsCalls } = aggregateRates(calls, input);
    const timers = calls * timersPerCall;
    return {
      openPublishers: aggregates * open,
      signals: aggregates * signals,
      // A timer that runs out is a workflow task.
      workflowTasks: aggregates * (workflowTasks + timers),
      activities: aggregates * activities,
      timers: aggregates * timers,
      starts: aggregates * calls * startsPerCall,
      snsCalls: aggregates * snsCalls,
    };
  });
  const busiest = eventsPerSecond * (spread[0]?.each ?? 0);
  return {
    ...sums(parts),
    busiestAggregate: busiest,
    busiestPublisher: busiest,
    mostSignals: aggregateRates(busiest / eventsPerCall, input).signals,
  };
}

function ofPartitions(spread: readonly Share[], input: ResolvedInput, partitions: number): Traffic {
  const { eventsPerSecond, eventsPerCall, lingerSeconds } = input;
  const calls = eventsPerSecond / eventsPerCall / partitions;
  const { open, startsPerCall, timersPerCall } = lingering(calls * lingerSeconds);
  const rates = partitionRates(calls, input);
  const timers = calls * timersPerCall;
  const share = spread[0]?.each ?? 0;
  const busiestPublisher = eventsPerSecond * (share + (1 - share) / partitions);
  return {
    openPublishers: partitions * open,
    signals: partitions * rates.signals,
    workflowTasks: partitions * (rates.workflowTasks + timers),
    activities: partitions * rates.activities,
    timers: partitions * timers,
    starts: partitions * calls * startsPerCall,
    snsCalls: partitions * rates.snsCalls,
    busiestAggregate: eventsPerSecond * share,
    busiestPublisher,
    mostSignals: partitionRates(busiestPublisher / eventsPerCall, input).signals,
  };
}

function sums<Name extends string>(
  parts: readonly Readonly<Record<Name, number>>[],
): Readonly<Record<Name, number>> {
  const [first, ...others] = parts;
  const total = { ...first } as Record<Name, number>;
  for (const part of others) for (const name of Object.keys(part) as Name[]) total[name] += part[name];
  return total;
}

/** Events of histories. */
export function historyEventsOf({ signals, workflowTasks, activities, timers, starts }: Traffic): number {
  // Scheduled, started, completed, for tasks and activities; a timer is started and fires; a run starts and completes.
  return signals + 3 * workflowTasks + 3 * activities + 2 * timers + 2 * starts;
}

/** What Temporal Cloud bills: a signal that starts a run is one action with it. */
export function actionsOf({ signals, activities, timers }: Traffic): number {
  return signals + activities + timers;
}

/** Requests that reach Temporal: a signal; for each task and activity a poll that brings it and an answer. */
export function requestsOf({ signals, workflowTasks, activities }: Traffic): number {
  return signals + 2 * workflowTasks + 2 * activities;
}
