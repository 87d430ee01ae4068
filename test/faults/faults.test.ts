import { beforeAll, describe, expect, it } from 'vitest';
import { badFindings, type Result, type WorkloadResult } from './result.ts';
import { SHORT } from './round-size.ts';
import { runFaults } from './run.ts';
import { describeResult } from './summary.ts';
import { WORKLOADS } from './workloads/index.ts';

// `npm run faults -- --short --seed 1` is the same round. Under `npm test` other files want the processor too.
const SEED = 1;
const TIMEOUT_MS = 300_000;

describe('while SNS fails, workers are killed or frozen and Temporal is restarted', () => {
  let result: Result;
  beforeAll(async () => {
    const lines: string[] = [];
    const interruption = new AbortController();
    const timer = setTimeout(() => interruption.abort(new Error('Too slow')), TIMEOUT_MS - 10_000);
    try {
      const report = (line: string): unknown => lines.push(line);
      const { signal } = interruption;
      result = await runFaults({ size: SHORT, workloads: WORKLOADS, seed: SEED, report, signal });
      lines.push(describeResult(result));
    } finally {
      clearTimeout(timer);
      process.stdout.write(`Fault run, seed ${SEED}\n${lines.join('\n')}\n`);
    }
  }, TIMEOUT_MS);

  const resultOf = (name: string): WorkloadResult => {
    const one = result.workloads.find((workload) => workload.name === name);
    if (one === undefined) throw new RangeError(`There is no result of ${name}`);
    return one;
  };

  it('everything happens that is to be survived', () => {
    expect(result.restarts).toBe(SHORT.incidents.restarts);
    expect(result.spells).toBe(SHORT.incidents.spells);
    expect(result.freezes).toBe(SHORT.incidents.freezes);
    expect(result.givenUp).toBeGreaterThan(0);
    // One kill may take both workers.
    expect(result.kills).toBeGreaterThanOrEqual(SHORT.incidents.kills);
    expect(Object.keys(result.faults)).toEqual([
      'InternalError',
      'KMSThrottling',
      'Throttled',
      'answerInternalError',
      'answerLate',
      'answerLost',
      'failedEntry',
      'refusedEntry',
      'refusedRequest',
      'reset',
    ]);
    expect(result.workloads.reduce((sum, { refusedCalls }) => sum + refusedCalls, 0)).toBeGreaterThan(0);
    expect(result.errors).toEqual([]);
  });

  describe.each(WORKLOADS.map(({ name }) => name))('%s', (name) => {
    it('publishes all of its events, and something is killed or frozen meanwhile', () => {
      const { events, aggregates, deaths, collectors } = resultOf(name);
      expect(events).toBe(SHORT.workloads[name]?.events);
      expect(aggregates).toBeGreaterThan(0);
      expect(deaths).toBeGreaterThan(0);
      expect(Object.keys(collectors).length).toBeGreaterThan(0);
    });

    it('every collector receives every event as it was published, once, in the order of its aggregate', () => {
      expect(badFindings(resultOf(name))).toEqual([]);
    });

    it('at most one request of an aggregate is in flight', () => {
      expect(resultOf(name).overlaps).toEqual([]);
    });

    it('an event is sent only after the one before it was acknowledged', () => {
      expect(resultOf(name).overtakes).toEqual([]);
    });

    it('a request without an answer is given up after its timeout', () => {
      expect(resultOf(name).outlived).toEqual([]);
    });

    it('every event that is sent twice has a cause', () => {
      const { sentTwice, extraSends } = resultOf(name);
      const { unexplained, ...causes } = sentTwice;
      expect(unexplained).toEqual([]);
      const explained = Object.values(causes).reduce((sum, count) => sum + count, 0);
      expect(explained).toBe(extraSends);
      expect(causes.answerLost).toBeGreaterThan(0);
    });

    it('no more is sent twice than answers are lost and work is cut off', () => {
      const { extraSends, allowedExtraSends } = resultOf(name);
      expect(extraSends).toBeLessThanOrEqual(allowedExtraSends);
    });

    it('finds nothing wrong itself', () => {
      expect(resultOf(name).faults).toEqual([]);
    });
  });

  it('aggregates: calls are repeated', () => {
    expect(resultOf('aggregates').repeatedCalls).toBeGreaterThan(0);
  });

  it('partitions: their publishers continue as new', () => {
    const { runs, publishers } = resultOf('partitions').counts;
    expect(runs).toBeGreaterThan(Number(publishers));
  });

  it('positions: what nobody published comes from the EventLog, and what was published twice is dropped', () => {
    const { hidden, duplicates } = resultOf('positions').counts;
    expect(hidden).toBeGreaterThan(0);
    expect(duplicates).toBeGreaterThan(0);
  });

  it('receipts: some callers get receipts, and some do not get them in time', () => {
    const { receipts, unconfirmedCalls } = resultOf('receipts').counts;
    expect(receipts).toBeGreaterThan(0);
    expect(unconfirmedCalls).toBeGreaterThan(0);
  });

  it('stream: the streams are interrupted, and read again from checkpoints', () => {
    const { interrupted, resumedFromCheckpoint } = resultOf('stream').counts;
    expect(interrupted).toBeGreaterThan(0);
    expect(resumedFromCheckpoint).toBeGreaterThan(0);
  });

  it('operators: everything that an operator can do is done', () => {
    const { retry, skip, replace, pauses } = resultOf('operators').counts;
    for (const count of [retry, skip, replace, pauses]) expect(count).toBeGreaterThan(0);
  });

  it('standard: events share requests', () => {
    const { requests, sends } = resultOf('standard');
    expect(requests).toBeLessThan(sends);
  });
});
