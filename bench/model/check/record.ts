import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, thisMachine, type Versions } from '../../machine.ts';

/** Per event, but for cores: those of one worker. */
export interface Figures {
  readonly cores: number;
  readonly actions: number;
  readonly historyEvents: number;
  readonly snsCalls: number;
}

/** One situation: what the model said of it, and what a run took. */
export interface Checked {
  readonly name: string;
  readonly eventsPerSecond: number;
  readonly events: number;
  /** Publishers stayed in the worker's cache. */
  readonly isCached: boolean;
  readonly said: Figures;
  readonly ran: Figures;
  /** Of the run: milliseconds from the call to SNS's acknowledgement. */
  readonly publishedP50: number;
  /** Of the same worker when nothing is published; not in the figures. */
  readonly idleCores: number;
}

export interface CheckRecord {
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Versions;
  /** For which events came. */
  readonly seconds: number;
  readonly cases: readonly Checked[];
}

/** Of each run. */
export const CHECK_SECONDS = 20;

const FILE = join(import.meta.dirname, 'recorded.json');

export function readCheck(): CheckRecord {
  return JSON.parse(readFileSync(FILE, 'utf8')) as CheckRecord;
}

export function writeCheck(cases: readonly Checked[], used: Versions): void {
  const record: CheckRecord = {
    date: new Date().toISOString().slice(0, 10),
    machine: thisMachine(),
    versions: used,
    seconds: CHECK_SECONDS,
    cases,
  };
  writeFileSync(FILE, `${JSON.stringify(record, null, 2)}\n`);
}
