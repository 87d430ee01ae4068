import { type Result, violations } from './result.ts';

/** A round's result, for people. */
export function describeResult(result: Result): string {
  const { sentTwice, collectors } = result;
  const received = Object.entries(collectors).map(
    ([name, { lost, duplicates, reordered, foreign }]) =>
      `${name}: ${lost} lost, ${duplicates} duplicates, ${reordered} reordered, ${foreign} foreign`,
  );
  const faults = Object.entries(result.faults).map(([fault, count]) => `${count} ${fault}`);
  const causes = [
    `${sentTwice.answerLost} answer lost`,
    `${sentTwice.workerKilled} worker killed`,
    `${sentTwice.temporalKilled} Temporal killed`,
    `${sentTwice.publishedAgain} published again`,
    `${sentTwice.unexplained.length} unexplained`,
  ];
  const faulty = violations(result);
  const rows = [
    ['seed', `${result.seed} (${result.seconds} s)`],
    ['published', `${result.events} events of ${result.aggregates} aggregates in ${result.calls} calls`],
    [
      '',
      `${result.repeatedCalls} calls repeated on purpose, ${result.refusedCalls} refused by Temporal and made again`,
    ],
    ['sent', `${result.sends} events in ${result.requests} requests`],
    ['faults', faults.join(', ')],
    ['', `${result.spells} spells, ${result.kills} workers killed, Temporal killed ${result.restarts} times`],
    ['sent twice', `${result.extraSends}: ${causes.join(', ')}`],
    [
      '',
      `allowed ${result.allowedExtraSends} = 1.5 × ${result.ambiguousAnswers} ambiguous answers + ${result.justBeforeKills} just before kills`,
    ],
    ...received.map((line, index) => [index === 0 ? 'received' : '', line]),
    [
      'in flight',
      `${result.overlaps.length} overlaps, ${result.overtakes.length} sent too early, ${result.outlived.length} without a timeout`,
    ],
    ['verdict', faulty.length === 0 ? 'PASSED' : `FAILED\n${faulty.slice(0, 50).join('\n')}`],
  ];
  return rows.map(([name = '', text = '']) => `${name.padEnd(11)} ${text}`).join('\n');
}
