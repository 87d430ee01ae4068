import type { ParkedAggregate } from '../../common/protocol/parked.ts';

/** Which of the parked aggregates are meant; all conditions count together. */
export interface ParkedFilter {
  /** Parked with one of these codes. Default: with any. */
  readonly code?: readonly string[] | undefined;
  /** Parked then or later: ISO time. Default: whenever. */
  readonly since?: string | undefined;
  /** Parked before: ISO time. Default: whenever. */
  readonly before?: string | undefined;
}

export function selectParked(
  parked: readonly ParkedAggregate[],
  { code, since, before }: ParkedFilter,
): readonly ParkedAggregate[] {
  return parked.filter(
    (one) =>
      (code === undefined || code.includes(one.code)) &&
      (since === undefined || Date.parse(one.since) >= Date.parse(since)) &&
      (before === undefined || Date.parse(one.since) < Date.parse(before)),
  );
}

/** What is wrong with times that a user gives. */
export function timeFaults(times: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(times)
    .filter(([, time]) => time !== undefined && Number.isNaN(Date.parse(time)))
    .map(([option, time]) => `--${option} is an ISO time as 2026-01-31T12:00:00Z, not "${time}"`);
}
