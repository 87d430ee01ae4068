import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from './result.ts';
import { SHORT } from './round-size.ts';
import { runFaults } from './run.ts';
import { describeResult } from './summary.ts';

// `npm run faults -- --short --seed 1` is the same round. Under `npm test` other files want the processor too.
const SEED = 1;
const TIMEOUT_MS = 240_000;

describe('while SNS fails, workers are killed and Temporal is restarted', () => {
  let result: Result;
  beforeAll(async () => {
    const lines: string[] = [];
    const interruption = new AbortController();
    const timer = setTimeout(() => interruption.abort(new Error('Too slow')), TIMEOUT_MS - 10_000);
    try {
      const report = (line: string): unknown => lines.push(line);
      result = await runFaults({ ...SHORT, seed: SEED, report, signal: interruption.signal });
      lines.push(describeResult(result));
    } finally {
      clearTimeout(timer);
      process.stdout.write(`Fault run, seed ${SEED}\n${lines.join('\n')}\n`);
    }
  }, TIMEOUT_MS);

  it('everything happens that is to be survived', () => {
    expect(result.events).toBe(SHORT.events);
    expect(result.aggregates).toBe(2 * SHORT.aggregatesPerTopic);
    expect(result.restarts).toBe(SHORT.incidents.restarts);
    expect(result.spells).toBe(SHORT.incidents.spells);
    // One kill may take both workers.
    expect(result.kills).toBeGreaterThanOrEqual(SHORT.incidents.kills);
    expect(result.repeatedCalls).toBeGreaterThan(0);
    expect(result.refusedCalls).toBeGreaterThan(0);
    expect(Object.keys(result.faults)).toEqual([
      'InternalError',
      'KMSThrottling',
      'Throttled',
      'answerInternalError',
      'answerLate',
      'answerLost',
      'failedEntry',
      'reset',
    ]);
    expect(result.errors).toEqual([]);
  });

  it('every collector receives every event as it was published, once, in the order of its aggregate', () => {
    const good = { lost: 0, duplicates: 0, reordered: 0, foreign: 0 };
    expect(result.collectors).toEqual({ ReadModel: good, Notification: good });
  });

  it('at most one event of an aggregate is in flight', () => {
    expect(result.overlaps).toEqual([]);
  });

  it('an event is sent only after the one before it was acknowledged', () => {
    expect(result.overtakes).toEqual([]);
  });

  it('a request without an answer is given up after its timeout', () => {
    expect(result.outlived).toEqual([]);
  });

  it('every event that is sent twice has a cause', () => {
    const { unexplained, ...causes } = result.sentTwice;
    expect(unexplained).toEqual([]);
    const explained = Object.values(causes).reduce((sum, count) => sum + count, 0);
    expect(explained).toBe(result.extraSends);
    expect(causes.answerLost).toBeGreaterThan(0);
  });

  it('no more is sent twice than answers are lost and work is cut off', () => {
    expect(result.extraSends).toBeLessThanOrEqual(result.allowedExtraSends);
  });
});
