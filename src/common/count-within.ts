import { charsOf } from './entry-size.ts';

/** Limits of one payload to Temporal. */
export interface PayloadLimits {
  readonly maxEntries: number;
  /** Characters of JSON; the first entry is always within. */
  readonly maxChars: number;
}

/** How many of the first entries go into one payload: at least one, when there is one. */
export function countWithin(entries: readonly object[], { maxEntries, maxChars }: PayloadLimits): number {
  let chars = 0;
  let count = 0;
  for (const entry of entries.slice(0, maxEntries)) {
    chars += charsOf(entry);
    if (count > 0 && chars > maxChars) break;
    count += 1;
  }
  return count;
}
