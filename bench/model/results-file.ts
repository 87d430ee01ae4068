import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../results.ts';
import { Results } from '../results.ts';

/** The record whose costs the model takes unless told otherwise. After a new one: this line, then the guide's tables (`UPDATE_SCALE_GUIDE`). */
export const MEASURED_IN = '2026-11-26-2-core-intel-xeon';

/** A record of `bench/results`. */
export interface ResultsFile {
  readonly name: string;
  readonly version: string;
  readonly results: Results;
}

/** Reads `bench/results/<name>.json`. */
export function readResults(name: string = MEASURED_IN): ResultsFile {
  const path = join(import.meta.dirname, '../results', `${name}.json`);
  const json = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly versions: Readonly<Record<string, string>>;
    readonly measurements: readonly Measurement[];
  };
  const results = new Results();
  for (const measurement of json.measurements) results.add(measurement);
  return { name, version: json.versions['temporal-event-topic'] ?? 'unknown', results };
}
