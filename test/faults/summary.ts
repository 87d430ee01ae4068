import { type Result, violations, type WorkloadResult } from './result.ts';
import type { SentTwice } from './sent-twice.ts';

/** A round's result, for people. */
export function describeResult(result: Result): string {
  const faulty = violations(result);
  const rows = [
    ['seed', `${result.seed} (${result.seconds} s)`],
    ['faults', listCounts(result.faults)],
    ['', `${result.spells} spells, ${result.kills} workers killed, Temporal killed ${result.restarts} times`],
    ['', `workers frozen ${result.freezes} times, ${result.givenUp} attempts given up that went on`],
    ...result.workloads.flatMap((one) => toRows(one)),
    ['verdict', faulty.length === 0 ? 'PASSED' : `FAILED\n${faulty.slice(0, 50).join('\n')}`],
  ];
  return rows.map(([name = '', text = '']) => `${name.padEnd(11)} ${text}`).join('\n');
}

function toRows(result: WorkloadResult): string[][] {
  const { events, aggregates, calls, repeatedCalls, refusedCalls, sends, requests, extraSends } = result;
  const { overlaps, overtakes, outlived } = result;
  const received = Object.entries(result.collectors).map(
    ([name, { lost, duplicates, reordered, foreign }]) =>
      `${name} received ${lost} lost, ${duplicates} duplicates, ${reordered} reordered, ${foreign} foreign`,
  );
  const lines = [
    `${events} events of ${aggregates} aggregates in ${calls} calls (${repeatedCalls} repeated, ${refusedCalls} refused and made again), ${result.deaths} kills or freezes meanwhile`,
    `sent ${sends} events in ${requests} requests; ${extraSends} twice: ${describeCauses(result.sentTwice)}`,
    `twice allowed ${result.allowedExtraSends} = 1.5 × ${result.ambiguousAnswers + result.behindFailed} in vain + ${result.justBeforeKills} just before kills + ${result.sentTwice.workerFrozen + result.sentTwice.givenUp} frozen or given up`,
    ...received,
    `${overlaps.length} overlaps, ${overtakes.length} sent too early, ${outlived.length} without a timeout`,
    ...(Object.keys(result.counts).length > 0 ? [listCounts(result.counts)] : []),
  ];
  return lines.map((line, index) => [index === 0 ? result.name : '', line]);
}

function describeCauses(causes: SentTwice): string {
  return [
    `${causes.answerLost} answer lost`,
    `${causes.behindFailed} behind a failed one`,
    `${causes.workerKilled} worker killed`,
    `${causes.temporalKilled} Temporal killed`,
    `${causes.publishedAgain} published again`,
    `${causes.workerFrozen} worker frozen`,
    `${causes.givenUp} next to an attempt that Temporal gave up`,
    `${causes.unexplained.length} unexplained`,
  ].join(', ');
}

function listCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
