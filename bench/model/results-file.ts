import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../results.ts';
import { Results } from '../results.ts';

/** The record whose costs the model takes unless told otherwise. After a new one: this line, then the guide's tables (`UPDATE_SCALE_GUIDE`). */
export const MEASURED_IN = '2026-11-28-2-core-intel-xeon';

/** A record of `bench/results`. */
export interface ResultsFile {
  readonly name: string;
  readonly version: string;
  readonly results: Results;
}

const FOLDER = join(import.meta.dirname, '../results');

interface RecordJson {
  readonly versions: Readonly<Record<string, string>>;
  readonly measurements: readonly Measurement[];
}

/** Reads `bench/results/<name>.json`. */
export function readResults(name: string = MEASURED_IN): ResultsFile {
  const json = readJson(name);
  const results = new Results();
  for (const measurement of json.measurements) results.add(measurement);
  return { name, version: json.versions['temporal-event-topic'] ?? 'unknown', results };
}

/** Of all records, of collectors and of the relay too. */
export function recordNames(): readonly string[] {
  const names = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return names.map((file) => file.slice(0, -'.json'.length)).toSorted();
}

function readJson(name: string): RecordJson {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as RecordJson;
}
