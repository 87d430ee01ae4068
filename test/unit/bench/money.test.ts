import { describe, expect, it } from 'vitest';
import { dollarsPerMillion, moneyTable, PRICES, type Prices } from '../../../bench/money.ts';
import { Results } from '../../../bench/results.ts';

const ROUND: Prices = {
  snsRequests: 1,
  snsPublishedGb: 10,
  snsDeliveries: 100,
  snsDeliveredGb: 1_000,
  sqsRequests: 10_000,
  temporalActions: 100_000,
  temporalGbHours: 7,
};

describe('dollars per million events', () => {
  it('adds up requests, bytes and actions, each at its own price', () => {
    const counts = {
      snsCallsPerEvent: 0.5,
      bodyBytesPerEvent: 500,
      actionsPerEvent: 0.1,
      historyBytesPerEvent: 2_000,
    };
    const assumed = { collectors: 2, sqsRequestsPerEvent: 0.2, retentionDays: 3 };
    const dollars = dollarsPerMillion(counts, ROUND, assumed);
    // A million events of 500 bytes are half a GB, which is published once and delivered twice.
    expect(dollars.sns).toBeCloseTo(0.5 + 0.5 * 10 + 2 * (100 + 0.5 * 1_000));
    expect(dollars.sqs).toBeCloseTo(2 * 0.2 * 10_000);
    expect(dollars.actions).toBeCloseTo(10_000);
    expect(dollars.storage).toBeCloseTo(2 * 3 * 24 * 7);
    expect(dollars.total).toBeCloseTo(dollars.sns + dollars.sqs + dollars.actions + dollars.storage);
  });

  it('is more for one request per event than for batches of ten, by the price of the requests', () => {
    const counts = { bodyBytesPerEvent: 450, actionsPerEvent: 0, historyBytesPerEvent: 0 };
    const alone = dollarsPerMillion({ ...counts, snsCallsPerEvent: 1 }, PRICES);
    const batched = dollarsPerMillion({ ...counts, snsCallsPerEvent: 0.1 }, PRICES);
    expect(alone.total - batched.total).toBeCloseTo(0.9 * PRICES.snsRequests);
  });
});

describe('the table of dollars', () => {
  it('has a row for each contender whose calls were counted, with medians over the rounds', () => {
    const results = new Results();
    const add = (contender: string, round: number, values: Record<string, number>): void =>
      results.add({ workload: 'bulk', contender, round, values });
    add('ours', 0, { snsCallsPerEvent: 0.1, bodyBytesPerEvent: 1_000, actionsPerEvent: 2 });
    add('ours', 1, { snsCallsPerEvent: 0.3, bodyBytesPerEvent: 1_000, actionsPerEvent: 4 });
    add('direct', 0, { snsCallsPerEvent: 1, bodyBytesPerEvent: 1_000 });
    add('bare', 0, { eventsPerSecond: 10 });
    const table = moneyTable(results, { ...PRICES, temporalActions: 20 });
    expect(table).toEqual([
      { workload: 'bulk', contender: 'ours', SNS: 0.088, SQS: 0.1, actions: 60, storage: 0, total: 60.2 },
      { workload: 'bulk', contender: 'direct', SNS: 0.328, SQS: 0.1, actions: 0, storage: 0, total: 0.428 },
    ]);
  });
});
