import type { RelayCounts } from './protocol/relay.ts';

export function addCounts(a: RelayCounts, b: RelayCounts): RelayCounts {
  return {
    read: a.read + b.read,
    published: a.published + b.published,
    healed: a.healed + b.healed,
    refused: a.refused + b.refused,
  };
}

/** The one that is further behind in its EventLog. */
export function furthest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? b : a;
}
