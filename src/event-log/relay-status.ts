import type { ReadProgress, RetriedFailure } from '../client/read-progress.ts';
import type { RelayLag, RelayProgress, RelayReport } from '../common/protocol/relay.ts';
import { addCounts, furthest } from '../common/relay-counts.ts';

/** Where a relay stands. */
export interface RelayStatus extends Omit<RelayReport, 'marks'> {
  /** `failing`: it tries again what `failure` says. `stopped`: it was stopped, or terminated; `start` goes on. */
  readonly state: 'running' | 'failing' | 'stopped';
  /** How far it is behind its EventLog. Absent before its first look. */
  readonly lag?: RelayLag;
  readonly failure?: RetriedFailure;
}

export type ReadRelay = ReadProgress<RelayReport, RelayProgress>;

/** With what the running activity says by its heartbeats. Undefined when the relay has not begun. */
export function toRelayStatus({ isOpen, report, progress, failure }: ReadRelay): RelayStatus | undefined {
  if (report === undefined) return undefined;
  const { marks: _, ...rest } = report;
  const { lastPass } = report;
  return {
    ...rest,
    ...(lastPass ? { lag: lastPass.lag } : {}),
    ...(progress ? withProgress(report, progress) : {}),
    state: stateOf(isOpen, failure),
    ...(failure ? { failure } : {}),
  };
}

function stateOf(isOpen: boolean, failure: RetriedFailure | undefined): RelayStatus['state'] {
  if (!isOpen) return 'stopped';
  return failure === undefined ? 'running' : 'failing';
}

function withProgress(
  { totals, checkpoint: before }: RelayReport,
  { checkpoint: now, lag, read, published, healed, refused }: RelayProgress,
): Partial<RelayStatus> {
  const checkpoint = furthest(before, now);
  return {
    ...(checkpoint === undefined ? {} : { checkpoint }),
    lag,
    totals: addCounts(totals, { read, published, healed, refused }),
  };
}
