import { PARTITION_LIMITS } from '../../../common/defaults.ts';
import type { AggregateEntries } from '../../../common/protocol/activities.ts';
import type { Aggregates } from './aggregates.ts';

/** The next events of those aggregates of a partition whose turn it is, as many as one activity takes; at least one. */
export function takeInTurn(aggregates: Aggregates, now: number): readonly AggregateEntries[] {
  const { activityEntries, activityChars, leastPerAggregate, keep } = PARTITION_LIMITS;
  const { ready } = aggregates;
  const share = Math.floor(activityEntries / ready.size);
  const each = Math.min(Math.max(share, leastPerAggregate), keep.maxEntries);
  let entriesLeft: number = activityEntries;
  let charsLeft: number = activityChars;
  const taken: AggregateEntries[] = [];
  for (const id of [...ready]) {
    if (entriesLeft <= 0 || charsLeft <= 0) break;
    const limits = { maxEntries: Math.min(each, entriesLeft), maxChars: Math.min(keep.maxChars, charsLeft) };
    const entries = aggregates.change(id, (queue) => queue.take(now, limits));
    taken.push({ id, entries });
    entriesLeft -= entries.length;
    charsLeft -= JSON.stringify(entries).length;
  }
  return taken;
}
