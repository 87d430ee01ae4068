/** Aggregates that are about as busy as each other. */
export interface Share {
  readonly aggregates: number;
  /** Of all events, each of them has this share. */
  readonly each: number;
}

/** The busiest aggregates one by one; then groups, each a twentieth longer than the one before, so that a hundred million take a millisecond. */
const ONE_BY_ONE = 100;
const GROWTH = 1.05;

/** How events fall to aggregates: the nth busiest has `1 / n ** zipf` of what the busiest has. The busiest come first. */
export function spreadOf(aggregates: number, zipf: number): readonly Share[] {
  if (zipf === 0) return [{ aggregates, each: 1 / aggregates }];
  const groups: Share[] = [];
  for (let first = 1; first <= aggregates; ) {
    const size = first <= ONE_BY_ONE ? 1 : Math.ceil(first * (GROWTH - 1));
    const last = Math.min(aggregates, first + size - 1);
    groups.push({ aggregates: last - first + 1, each: ((first + last) / 2) ** -zipf });
    first = last + 1;
  }
  const all = groups.reduce((sum, { aggregates: count, each }) => sum + count * each, 0);
  return groups.map(({ aggregates: count, each }) => ({ aggregates: count, each: each / all }));
}
