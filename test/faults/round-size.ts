import type { Incidents } from './chaos.ts';

/** How much happens in one round. */
export interface RoundSize {
  readonly events: number;
  readonly aggregatesPerTopic: number;
  readonly incidents: Incidents;
  /** Longest pause of a caller between its bursts of calls. */
  readonly pauseMs: number;
  /** When everything is accepted and nothing fails any more, collectors get the rest within this time. */
  readonly drainMs: number;
}

/** Under a minute: part of `npm test`. */
export const SHORT: RoundSize = {
  events: 1_500,
  aggregatesPerTopic: 50,
  incidents: { kills: 2, restarts: 1, spells: 1 },
  pauseMs: 200,
  drainMs: 60_000,
};

export const LONG: RoundSize = {
  events: 5_000,
  aggregatesPerTopic: 60,
  incidents: { kills: 5, restarts: 2, spells: 3 },
  pauseMs: 300,
  drainMs: 120_000,
};
