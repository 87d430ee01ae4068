import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Estimate, estimate } from '../../../bench/model/estimate.ts';
import type { ScaleInput } from '../../../bench/model/input.ts';
import { LIMITS, SNS_MESSAGES_PER_SECOND } from '../../../bench/model/limits.ts';
import { measuredCosts } from '../../../bench/model/measured.ts';
import type { Use } from '../../../bench/model/uses.ts';

const measured = measuredCosts();

function of(input: ScaleInput): Estimate {
  return estimate(input, measured);
}

function first({ uses }: Estimate): Use | undefined {
  return uses[0];
}

describe('the limit that binds first', () => {
  it('is the actions, when each event comes alone: three of each', () => {
    const use = first(of({ eventsPerSecond: 1_000, aggregates: 1e9, zipf: 0 }));
    expect(use).toMatchObject({ limit: 'temporal actions', available: 500 });
    expect(use?.needed).toBeCloseTo(3_000, -1);
    expect(use?.share).toBeCloseTo(6, 2);
  });

  it('is SNS in a small region, when calls of many events keep the actions below what a namespace has', () => {
    const wanted = { eventsPerSecond: 4_000, eventsPerCall: 50, aggregates: 1e6, zipf: 0, partitions: 12 };
    const result = of({ ...wanted, region: 'other' });
    expect(result.actionsPerSecond).toBeLessThan(500);
    expect(first(result)).toMatchObject({ limit: 'SNS messages', available: 3_000, share: 4_000 / 3_000 });
  });

  it('is the busiest aggregate, when one has nearly everything', () => {
    // Of two aggregates at zipf 1 the first has two thirds.
    const result = of({ eventsPerSecond: 300, aggregates: 2, zipf: 1, partitions: 1 });
    const bound = (measured.roundTripsOfOneAggregate * 1_000) / 15;
    expect(first(result)).toMatchObject({ limit: 'one aggregate', needed: 200, available: bound });
    expect(result.uses.find(({ limit }) => limit === 'SNS message group')).toMatchObject({
      needed: 200,
      available: 300,
    });
  });

  it('is the message group, once an aggregate has batches of its own', () => {
    const wanted = {
      eventsPerSecond: 330,
      aggregates: 2,
      zipf: 5,
      partitions: 1,
      sameAggregateBatching: true,
    };
    // 320 of 300, before 330 of what a partition has reached (357), and before 10 × 55.
    expect(first(of(wanted))).toMatchObject({ limit: 'SNS message group', share: 320 / 300 });
  });

  it("is the topic, with SNS's older scope", () => {
    const wanted = { eventsPerSecond: 6_000, aggregates: 1e6, zipf: 0, partitions: 12, topicScope: true };
    // 2 of the topic's 3,000; 500 per partition are 1.4 of 357, and the actions 1.94.
    expect(first(of(wanted))).toMatchObject({ limit: 'SNS topic', share: 2 });
    expect(first(of({ ...wanted, topicScope: false }))?.limit).toBe('temporal actions');
  });

  it('is one partition, when there are too few', () => {
    const result = of({ eventsPerSecond: 2_000, aggregates: 1e6, zipf: 0, partitions: 2 });
    expect(first(result)?.limit).toBe('one partition');
    expect(first(result)?.needed).toBeCloseTo(1_000, 1);
  });

  it('is never advice, which nobody enforces', () => {
    const { uses } = of({ eventsPerSecond: 1_000, aggregates: 1e6, partitions: 8 });
    expect(uses.at(-1)).toMatchObject({ limit: 'signals of a publisher', kind: 'advice' });
    expect(uses.at(-1)?.share).toBeGreaterThan(uses[0]?.share ?? 0);
  });
});

describe('limits', () => {
  const all = [...Object.values(LIMITS), ...Object.values(SNS_MESSAGES_PER_SECOND)];

  it.each(all)('$what: has a page where it stands', ({ source, value }) => {
    expect(source).toMatch(/^https:\/\//);
    expect(value).toBeGreaterThan(0);
  });

  it('of an estimate say where they stand and what to do', () => {
    for (const { source, remedy } of of({ eventsPerSecond: 1, aggregates: 1, partitions: 1 }).uses) {
      expect(source).not.toBe('');
      expect(remedy).not.toBe('');
    }
  });

  it('of SNS count messages: batches of ten need as many', () => {
    const { uses, traffic } = of({ eventsPerSecond: 9_000, aggregates: 1e8, partitions: 16 });
    expect(traffic.snsCalls).toBeLessThan(2_000);
    expect(uses.find(({ limit }) => limit === 'SNS messages')?.needed).toBe(9_000);
  });
});

describe('more events', () => {
  const layouts = fc.record({
    aggregates: fc.integer({ min: 1, max: 100_000_000 }),
    zipf: fc.constantFrom(0, 0.5, 0.8, 1),
    eventsPerCall: fc.integer({ min: 1, max: 20 }),
    clients: fc.integer({ min: 1, max: 50 }),
    partitions: fc.option(fc.integer({ min: 1, max: 512 }), { nil: undefined }),
  });

  it('never need fewer workers, actions or dollars', () => {
    const rate = fc.double({ min: 0.1, max: 50_000, noNaN: true });
    fc.assert(
      fc.property(layouts, rate, fc.double({ min: 1, max: 10, noNaN: true }), (layout, slow, factor) => {
        const { partitions, ...others } = layout;
        const wanted = { ...others, ...(partitions === undefined ? {} : { partitions }) };
        const less = of({ ...wanted, eventsPerSecond: slow });
        const more = of({ ...wanted, eventsPerSecond: slow * factor });
        expect(more.workers.count).toBeGreaterThanOrEqual(less.workers.count);
        expect(more.actionsPerSecond).toBeGreaterThanOrEqual(less.actionsPerSecond * (1 - 1e-9));
        expect(more.dollarsPerHour.total).toBeGreaterThanOrEqual(less.dollarsPerHour.total * (1 - 1e-9));
      }),
    );
  });

  it('never cost more actions each than three', () => {
    fc.assert(
      fc.property(layouts, fc.double({ min: 0.001, max: 50_000, noNaN: true }), (layout, eventsPerSecond) => {
        const { partitions, ...others } = layout;
        const wanted = { ...others, ...(partitions === undefined ? {} : { partitions }), eventsPerSecond };
        expect(of(wanted).actionsPerSecond / eventsPerSecond).toBeLessThanOrEqual(3 + 1e-9);
      }),
    );
  });
});
