import { isNextToGivenUp } from './attempts.ts';
import type { Chaos } from './chaos.ts';
import { checkCollector, type Findings } from './check.ts';
import type { FaultProxy } from './fault-proxy.ts';
import {
  countAmbiguous,
  countBehindFailed,
  countJustBefore,
  type Deaths,
  explainSentTwice,
  isFrozen,
  type SentTwice,
} from './sent-twice.ts';
import type { Workers } from './workers.ts';
import type { WorkloadRun } from './workload-run.ts';

/** What one round came to. */
export interface Result {
  readonly seed: number;
  readonly seconds: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly spells: number;
  readonly kills: number;
  readonly restarts: number;
  readonly freezes: number;
  /** Attempts of workers that lived on, next to which Temporal began another one. */
  readonly givenUp: number;
  readonly workloads: readonly WorkloadResult[];
  /** Faults of the run itself. */
  readonly errors: readonly string[];
}

/** What one workload came to. */
export interface WorkloadResult {
  readonly name: string;
  /** SNS keeps order and drops repeats. */
  readonly isFifo: boolean;
  readonly aggregates: number;
  readonly events: number;
  readonly calls: number;
  readonly repeatedCalls: number;
  readonly refusedCalls: number;
  readonly requests: number;
  /** Events handed to SNS, repeats included. */
  readonly sends: number;
  /** Times that a worker or Temporal was killed, or a worker frozen, between its first event and its last. */
  readonly deaths: number;
  /** Events that SNS has while the publisher cannot know. */
  readonly ambiguousAnswers: number;
  /** Events that SNS took although one before them in their request failed. */
  readonly behindFailed: number;
  readonly justBeforeKills: number;
  readonly sentTwice: SentTwice;
  /** Sends beyond each event's first. */
  readonly extraSends: number;
  /** What `extraSends` may be: 1.5 × what SNS has in vain, what was acknowledged just before each kill, and what was sent beside attempts that were given up, or whose worker was frozen. */
  readonly allowedExtraSends: number;
  readonly overlaps: readonly string[];
  readonly overtakes: readonly string[];
  readonly outlived: readonly string[];
  readonly collectors: Readonly<Record<string, Findings>>;
  /** How often what is special about the workload happened. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the workload itself found wrong. */
  readonly faults: readonly string[];
}

export interface RoundFacts {
  readonly seed: number;
  readonly ms: number;
  readonly runs: readonly WorkloadRun[];
  readonly proxy: FaultProxy;
  readonly chaos: Chaos;
  readonly workers: Workers;
}

export function summarise({ seed, ms, runs, proxy, chaos, workers }: RoundFacts): Result {
  const givenUp = workers.attempts.givenUp(workers.kills);
  const { kills, freezes } = workers;
  const deaths = { kills, freezes, restarts: chaos.restarts, givenUp };
  const collectors = runs.flatMap((run) => run.collectors);
  return {
    seed,
    seconds: Math.round(ms / 100) / 10,
    faults: Object.fromEntries([...proxy.faults].sort()),
    spells: chaos.spells,
    kills: kills.length,
    restarts: chaos.restarts.length,
    freezes: freezes.length,
    givenUp: givenUp.length,
    workloads: runs.map((run) => summariseRun(run, deaths, workers)),
    errors: [...proxy.errors, ...workers.errors, ...collectors.flatMap(({ errors }) => errors)],
  };
}

function summariseRun(run: WorkloadRun, deaths: Deaths, { attempts, kills }: Workers): WorkloadResult {
  const { workload, streams, log, tally, use } = run;
  const sends = [...log.sends.values()].flat().length;
  const ambiguousAnswers = countAmbiguous(log.sends, deaths);
  const behindFailed = countBehindFailed(log.sends);
  const justBeforeKills = countJustBefore(log.sends, deaths);
  const sentTwice = explainSentTwice(log.sends, deaths, tally.publishedAgain);
  return {
    name: workload.name,
    isFifo: workload.topology !== 'standard',
    aggregates: streams.byAggregate.size,
    events: streams.length,
    calls: tally.calls,
    repeatedCalls: tally.repeatedCalls,
    refusedCalls: tally.refusedCalls,
    requests: log.requests,
    sends,
    deaths: countDuring(run, deaths),
    ambiguousAnswers,
    behindFailed,
    justBeforeKills,
    sentTwice,
    extraSends: sends - log.sends.size,
    allowedExtraSends:
      Math.floor(1.5 * (ambiguousAnswers + behindFailed)) +
      justBeforeKills +
      sentTwice.workerFrozen +
      sentTwice.givenUp,
    overlaps: log.overlaps
      .filter(({ aggregate, at }) => !isNextToGivenUp(deaths.givenUp, { aggregate, from: at, to: at }))
      // One that was cancelled when Temporal had given it up has no next attempt.
      .filter(({ aggregate, at }) => !attempts.isGoingOnGivenUp(aggregate, at, kills))
      .map(({ aggregate, what }) => `${aggregate}: ${what}`),
    overtakes: log.overtakes,
    outlived: log.outlived
      .filter(({ worker, at }) => !isFrozen(deaths, worker, at))
      .map(({ worker, msgId }) => `${msgId} from ${worker}`),
    collectors: Object.fromEntries(run.collectors.map((one) => [one.name, checkCollector(one, streams)])),
    counts: use.counts,
    faults: [...run.faults, ...sentWhilePaused(run, { attempts, kills })],
  };
}

/** A pause waits for every attempt that Temporal knows of: one that it gave up may go on until its lease ends. */
function sentWhilePaused(
  { use }: WorkloadRun,
  { attempts, kills }: Pick<Workers, 'attempts' | 'kills'>,
): string[] {
  return (use.sentWhilePaused ?? [])
    .filter(({ aggregate, from }) => !attempts.isGoingOnGivenUp(aggregate, from, kills))
    .map(({ aggregate, events }) => `${aggregate}: ${events} sent while it was paused`);
}

function countDuring({ log }: WorkloadRun, { kills, restarts, freezes }: Deaths): number {
  const times = [...log.sends.values()].flat().map(({ at }) => at);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const deaths = [
    ...kills.map(({ at }) => at),
    ...restarts.map(({ from }) => from),
    ...freezes.map(({ at }) => at),
  ];
  return deaths.filter((at) => at > first && at < last).length;
}

/** What must not be; empty in a good round. */
export function violations({ workloads, errors }: Result): string[] {
  return [
    ...workloads.flatMap((one) => violationsOf(one).map((what) => `${one.name}: ${what}`)),
    ...errors.map((error) => `the run itself: ${error}`),
  ];
}

function violationsOf(result: WorkloadResult): string[] {
  const { extraSends, allowedExtraSends } = result;
  return [
    ...badFindings(result),
    ...result.overlaps.map((what) => `two in flight: ${what}`),
    ...result.overtakes.map((what) => `sent too early: ${what}`),
    ...result.outlived.map((what) => `no timeout: ${what}`),
    ...result.sentTwice.unexplained.map((msgId) => `sent twice without a cause: ${msgId}`),
    ...(extraSends > allowedExtraSends
      ? [`${extraSends} extra sends, allowed are ${allowedExtraSends}`]
      : []),
    ...result.faults,
  ];
}

/** A standard topic may deliver in any order, and what is sent twice it delivers twice. */
export function badFindings({ collectors, isFifo, extraSends }: WorkloadResult): string[] {
  return Object.entries(collectors).flatMap(([collector, { lost, duplicates, reordered, foreign }]) => {
    const tolerated = isFifo ? 0 : extraSends;
    const bad = {
      lost,
      foreign,
      duplicates: Math.max(0, duplicates - tolerated),
      reordered: isFifo ? reordered : 0,
    };
    return Object.entries(bad)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${collector}: ${count} ${what}`);
  });
}
