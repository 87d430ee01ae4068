import { measuredCosts } from './measured.ts';
import { Refusal } from './refusal.ts';
import { readResults, recordNames } from './results-file.ts';

/** What is wrong with the name of a record: there is none, or it lacks what costs are taken from. */
export function resultsFaults(name: string | undefined): readonly string[] {
  if (name === undefined) return [];
  const complete = recordNames().filter(hasCosts);
  return complete.includes(name) ? [] : [`--results is one of ${complete.join(', ')}, not ${name}`];
}

function hasCosts(name: string): boolean {
  try {
    measuredCosts(readResults(name));
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
