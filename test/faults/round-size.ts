import type { Incidents } from './chaos.ts';
import type { WorkloadSize } from './workload.ts';

/** How much happens in one round. */
export interface RoundSize {
  readonly workloads: Readonly<Record<string, WorkloadSize>>;
  readonly incidents: Incidents;
  /** When everything is accepted and nothing fails any more, collectors get the rest within this time. */
  readonly drainMs: number;
}

/** About a minute: part of `npm test`. */
export const SHORT: RoundSize = {
  workloads: {
    aggregates: { events: 800, aggregatesPerTopic: 30, pauseMs: 400 },
    partitions: { events: 240, aggregatesPerTopic: 60, pauseMs: 700 },
    positions: { events: 192, aggregatesPerTopic: 8, pauseMs: 400 },
    receipts: { events: 120, aggregatesPerTopic: 8, pauseMs: 300 },
    stream: { events: 200, aggregatesPerTopic: 10, pauseMs: 400 },
    operators: { events: 140, aggregatesPerTopic: 10, pauseMs: 700 },
    standard: { events: 140, aggregatesPerTopic: 8, pauseMs: 700 },
  },
  incidents: { kills: 3, restarts: 1, spells: 1, freezes: 1 },
  drainMs: 60_000,
};

/** About two minutes. */
export const LONG: RoundSize = {
  workloads: {
    aggregates: { events: 3_000, aggregatesPerTopic: 60, pauseMs: 500 },
    partitions: { events: 800, aggregatesPerTopic: 150, pauseMs: 1_000 },
    positions: { events: 700, aggregatesPerTopic: 14, pauseMs: 400 },
    receipts: { events: 500, aggregatesPerTopic: 15, pauseMs: 500 },
    stream: { events: 900, aggregatesPerTopic: 20, pauseMs: 600 },
    operators: { events: 500, aggregatesPerTopic: 20, pauseMs: 1_000 },
    standard: { events: 600, aggregatesPerTopic: 20, pauseMs: 1_000 },
  },
  incidents: { kills: 6, restarts: 2, spells: 3, freezes: 2 },
  drainMs: 120_000,
};
