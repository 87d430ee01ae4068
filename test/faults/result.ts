import type { Chaos } from './chaos.ts';
import { checkCollector, type Findings } from './check.ts';
import type { Collector } from './collectors.ts';
import type { Driver } from './driver.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { SendLog } from './send-log.ts';
import { countAmbiguous, countJustBefore, explainSentTwice, type SentTwice } from './sent-twice.ts';
import type { Streams } from './streams.ts';
import type { Workers } from './workers.ts';

/** What one round came to. */
export interface Result {
  readonly seed: number;
  readonly seconds: number;
  readonly aggregates: number;
  readonly events: number;
  readonly calls: number;
  readonly repeatedCalls: number;
  readonly refusedCalls: number;
  readonly requests: number;
  /** Events handed to SNS, repeats included. */
  readonly sends: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly spells: number;
  readonly kills: number;
  readonly restarts: number;
  /** Events that SNS has while the publisher cannot know. */
  readonly ambiguousAnswers: number;
  readonly justBeforeKills: number;
  readonly sentTwice: SentTwice;
  /** Sends beyond each event's first. */
  readonly extraSends: number;
  /** What `extraSends` may be: 1.5 × ambiguous answers, and what was acknowledged in the last second before each kill. */
  readonly allowedExtraSends: number;
  readonly overlaps: readonly string[];
  readonly overtakes: readonly string[];
  readonly outlived: readonly string[];
  readonly collectors: Readonly<Record<string, Findings>>;
  /** Faults of the run itself. */
  readonly errors: readonly string[];
}

export interface Round {
  readonly seed: number;
  readonly ms: number;
  readonly streams: Streams;
  readonly log: SendLog;
  readonly proxy: FaultProxy;
  readonly driver: Driver;
  readonly chaos: Chaos;
  readonly workers: Workers;
  readonly collectors: readonly Collector[];
}

export function summarise(round: Round): Result {
  const { streams, log, proxy, driver, chaos, workers } = round;
  const deaths = { kills: workers.kills, restarts: chaos.restarts };
  const sends = [...log.sends.values()].flat().length;
  const ambiguousAnswers = countAmbiguous(log.sends, deaths);
  const justBeforeKills = countJustBefore(log.sends, deaths);
  return {
    seed: round.seed,
    seconds: Math.round(round.ms / 100) / 10,
    aggregates: streams.byAggregate.size,
    events: streams.length,
    calls: driver.calls,
    repeatedCalls: driver.repeatedCalls,
    refusedCalls: driver.refusedCalls,
    requests: log.requests,
    sends,
    faults: Object.fromEntries([...proxy.faults].sort()),
    spells: chaos.spells,
    kills: workers.kills.length,
    restarts: chaos.restarts.length,
    ambiguousAnswers,
    justBeforeKills,
    sentTwice: explainSentTwice(log.sends, deaths, driver.publishedAgain),
    extraSends: sends - log.sends.size,
    allowedExtraSends: Math.floor(1.5 * ambiguousAnswers) + justBeforeKills,
    overlaps: log.overlaps,
    overtakes: log.overtakes,
    outlived: log.outlived,
    collectors: Object.fromEntries(round.collectors.map((one) => [one.name, checkCollector(one, streams)])),
    errors: [...proxy.errors, ...workers.errors, ...round.collectors.flatMap(({ errors }) => errors)],
  };
}

/** What must not be; empty in a good round. */
export function violations(result: Result): string[] {
  const { overlaps, overtakes, outlived, errors, sentTwice, extraSends, allowedExtraSends } = result;
  const findings = Object.entries(result.collectors).flatMap(([collector, found]) =>
    Object.entries(found)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${collector}: ${count} ${what}`),
  );
  return [
    ...findings,
    ...overlaps.map((what) => `two in flight: ${what}`),
    ...overtakes.map((what) => `sent too early: ${what}`),
    ...outlived.map((what) => `no timeout: ${what}`),
    ...sentTwice.unexplained.map((msgId) => `sent twice without a cause: ${msgId}`),
    ...(extraSends > allowedExtraSends
      ? [`${extraSends} extra sends, allowed are ${allowedExtraSends}`]
      : []),
    ...errors.map((error) => `the run itself: ${error}`),
  ];
}
