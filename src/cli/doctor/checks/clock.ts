import { about, type Finding } from '../finding.ts';

/** Times in milliseconds since 1970. */
export interface ClockFacts {
  /** By this machine, in the middle of the request that AWS answered. */
  readonly local: number;
  /** By the Date header of AWS's answer, in whole seconds. Undefined: AWS was not asked, or did not answer. */
  readonly aws: number | undefined;
  /** The latest time that Temporal has told by its own clock, a while ago or just now. Undefined: it has told none. */
  readonly temporal: number | undefined;
}

/** The Date header has whole seconds, and answers take a while. */
const TOLERANCE_MS = 5_000;
/** AWS refuses a request that was signed by a clock which is off by more. */
const AWS_LIMIT_MS = 300_000;

/**
 * Whether this machine's clock is right. Temporal tells times only of what has happened, so of a clock that is ahead of Temporal's nothing can be said:
 * it does no harm to Temporal, which goes by its own.
 */
export function checkClock({ local, aws, temporal }: ClockFacts): readonly Finding[] {
  return [
    ...(aws === undefined ? [] : [compareWithAws(local - aws)]),
    ...(temporal === undefined ? [] : [compareWithTemporal(temporal - local)]),
  ];
}

function compareWithAws(aheadMs: number): Finding {
  const clock = about('clock', 'AWS');
  const off = Math.abs(aheadMs);
  if (off <= TOLERANCE_MS) return clock.ok("This machine's clock agrees with AWS's, to a few seconds");
  const fact = `This machine's clock is ${seconds(off)} ${aheadMs > 0 ? 'ahead of' : 'behind'} AWS's`;
  return off < AWS_LIMIT_MS
    ? clock.warn(`${fact}; at five minutes AWS refuses requests`, 'Let the machine take its time from NTP')
    : clock.wrong(`${fact}, and AWS may refuse its requests`, 'Let the machine take its time from NTP');
}

function compareWithTemporal(behindMs: number): Finding {
  const clock = about('clock', 'Temporal');
  return behindMs <= TOLERANCE_MS
    ? clock.ok("This machine's clock is not behind Temporal's")
    : clock.warn(
        `This machine's clock is at least ${seconds(behindMs)} behind Temporal's`,
        'Let both machines take their time from NTP',
      );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
