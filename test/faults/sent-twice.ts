import { ACTIVITY_BUDGET_MS } from '../../src/common/defaults.ts';
import { type GivenUp, isNextToGivenUp } from './attempts.ts';
import type { Send, SendLog } from './send-log.ts';
import { type Freeze, type Kill, REQUEST_TIMEOUT_MS } from './workers.ts';

/** Why events were handed to SNS more than once, in sends beyond the first. */
export interface SentTwice {
  /** The publisher got no answer and could not know. */
  readonly answerLost: number;
  /** SNS took it along with an event before it that failed. */
  readonly behindFailed: number;
  /** The worker that knew was killed before Temporal knew. */
  readonly workerKilled: number;
  /** The worker that knew was frozen, and another one went on. */
  readonly workerFrozen: number;
  /** Temporal was killed before it had stored what the worker knew. */
  readonly temporalKilled: number;
  /** The caller could not know that Temporal had the event, and published it again after its publisher had closed. */
  readonly publishedAgain: number;
  /** Temporal gave up an attempt that went on, and began the next. */
  readonly givenUp: number;
  /** None of these; 0 in a good run. */
  readonly unexplained: readonly string[];
}

/** What happened to the processes. */
export interface Deaths {
  readonly kills: readonly Kill[];
  /** When Temporal was killed, and when it answered again. */
  readonly restarts: readonly { readonly from: number; readonly to: number }[];
  readonly freezes: readonly Freeze[];
  /** Attempts of a worker that was not dead, but taken for it. */
  readonly givenUp: readonly GivenUp[];
}

/** Its timeouts are not over either, until it goes on. */
export function isFrozen({ freezes }: Deaths, worker: string, at: number): boolean {
  return freezes.some((one) => one.worker === worker && one.at <= at && at <= one.until + REQUEST_TIMEOUT_MS);
}

type Cause = keyof SentTwice;

/** Finds the cause of every repeated send: what became of the send before it. */
export function explainSentTwice(
  sends: SendLog['sends'],
  deaths: Deaths,
  publishedAgain: ReadonlySet<string>,
): SentTwice {
  const repeats = [...sends].flatMap(([msgId, ofEvent]) =>
    ofEvent.slice(1).map((next, index) => {
      const cause = causeOf(ofEvent[index], next, deaths);
      return {
        msgId,
        cause: cause === 'unexplained' && publishedAgain.has(msgId) ? 'publishedAgain' : cause,
      };
    }),
  );
  const count = (cause: Cause): number => repeats.filter((repeat) => repeat.cause === cause).length;
  return {
    answerLost: count('answerLost'),
    behindFailed: count('behindFailed'),
    workerKilled: count('workerKilled'),
    workerFrozen: count('workerFrozen'),
    temporalKilled: count('temporalKilled'),
    publishedAgain: count('publishedAgain'),
    givenUp: count('givenUp'),
    unexplained: repeats.filter(({ cause }) => cause === 'unexplained').map(({ msgId }) => msgId),
  };
}

/** An activity publishes for a second, and waits for one more request. */
const ACTIVITY_MS = ACTIVITY_BUDGET_MS + REQUEST_TIMEOUT_MS;
/** What was published longer before a kill, Temporal knows, unless it was away itself. */
const REPORTED_MS = ACTIVITY_MS + 7_500;

function causeOf(before: Send | undefined, next: Send, deaths: Deaths): Cause {
  const { kills, restarts, freezes, givenUp } = deaths;
  if (before?.outcome === 'disregarded') return 'behindFailed';
  if (before === undefined || isAmbiguous(before, kills)) return 'answerLost';
  const isCutOff = (at: number): boolean => at <= next.at && at < before.at + REPORTED_MS;
  const hasCutOff = (incidents: readonly Kill[]): boolean =>
    incidents.some(({ worker, at }) => worker === before.worker && isCutOff(at));
  if (hasCutOff(kills)) return 'workerKilled';
  if (hasCutOff(freezes)) return 'workerFrozen';
  if (restarts.some(({ from }) => from >= before.at && isCutOff(from))) return 'temporalKilled';
  const { aggregate } = next;
  return isNextToGivenUp(givenUp, { aggregate, from: before.at, to: next.at }) ? 'givenUp' : 'unexplained';
}

/** SNS has the event, and a publisher that lives on does not know. */
function isAmbiguous({ worker, outcome, settledAt }: Send, kills: readonly Kill[]): boolean {
  const isKilled = kills.some((kill) => kill.worker === worker && kill.at <= settledAt);
  return outcome === 'lost' || (outcome === 'undelivered' && !isKilled);
}

/** Answers that did not reach a publisher which lived on, although SNS has the event. */
export function countAmbiguous(sends: SendLog['sends'], { kills }: Deaths): number {
  return [...sends.values()].flat().filter((send) => isAmbiguous(send, kills)).length;
}

/** Events that SNS has, and that the publisher sends again as an event before them in the request failed. */
export function countBehindFailed(sends: SendLog['sends']): number {
  return [...sends.values()].flat().filter(({ outcome }) => outcome === 'disregarded').length;
}

/** What SNS took in an activity's time before each kill: from the worker that was killed; from all when Temporal was. */
export function countJustBefore(sends: SendLog['sends'], { kills, restarts }: Deaths): number {
  const all = [...sends.values()].flat().filter(({ outcome }) => outcome !== 'lost');
  const isLate = (send: Send, at: number): boolean => send.at > at - ACTIVITY_MS;
  const ofKill = ({ worker, at }: Kill): number =>
    all.filter((send) => send.worker === worker && isLate(send, at)).length;
  const ofRestart = ({ from }: { from: number }): number =>
    all.filter((send) => isLate(send, from) && send.at <= from).length;
  return [...kills.map(ofKill), ...restarts.map(ofRestart)].reduce((sum, count) => sum + count, 0);
}
