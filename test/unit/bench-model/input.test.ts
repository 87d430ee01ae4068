import { describe, expect, it } from 'vitest';
import { inputFaults, resolveInput } from '../../../bench/model/input.ts';
import { Refusal } from '../../../bench/model/refusal.ts';

const SMALL = { eventsPerSecond: 10, aggregates: 100 };

describe('an input', () => {
  it('that is wrong is refused, with all that is wrong', () => {
    const wrong = { eventsPerSecond: -1, aggregates: 1.5, region: 'mars' };
    expect(() => resolveInput(wrong)).toThrow(Refusal);
    expect(() => resolveInput(wrong)).toThrow(
      /--events-per-second .* --aggregates is a whole number .* --region is one of us-east-1, us-west-2/,
    );
  });

  it.each([
    // Above 2^53 the next number is the same one, and counting never ends.
    ['aggregates', 1e16],
    ['eventsPerSecond', Number.POSITIVE_INFINITY],
    // As defineEventTopic has it.
    ['partitions', 1_001],
    // A worker of 0.05 vCPU has nothing left once it runs, one of 0.055 next to nothing.
    ['workerVcpu', 0.05],
    ['workerVcpu', 0.055],
    ['workerGb', 0.24],
    ['retentionDays', Number.NaN],
    ['eventBytes', 65_537],
  ])('%s of %d is refused', (name, value) => {
    const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is a`;
    expect(inputFaults({ ...SMALL, [name]: value })).toEqual([expect.stringContaining(option)]);
  });

  it('at its bounds is not', () => {
    const largest = {
      eventsPerSecond: 1_000_000,
      aggregates: 1e12,
      partitions: 1_000,
      zipf: 0,
      workerVcpu: 0.25,
    };
    expect(inputFaults(largest)).toEqual([]);
  });
});
