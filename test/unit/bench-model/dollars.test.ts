import { describe, expect, it } from 'vitest';
import { dollarsOfActions } from '../../../bench/model/dollars.ts';
import { type Estimate, estimate } from '../../../bench/model/estimate.ts';
import { dollarsPerMillion, PRICES } from '../../../bench/money.ts';

const SECONDS_OF_MONTH = 2_592_000;

function ofMonth(millions: number): number {
  return dollarsOfActions((millions * 1e6) / SECONDS_OF_MONTH) * 720;
}

function of(wanted: Partial<Parameters<typeof estimate>[0]>): Estimate {
  return estimate({ eventsPerSecond: 10_000, aggregates: 100_000_000, partitions: 64, ...wanted });
}

describe('actions', () => {
  it.each([
    [1, 50],
    // Temporal's own example: 5 at 50, 5 at 45, 1.25 at 40.
    [11.25, 525],
    [200, 5_925],
    [300, 8_425],
  ])('of %d million a month cost %d dollars', (millions, dollars) => {
    expect(ofMonth(millions)).toBeCloseTo(dollars, 6);
  });
});

describe('SNS publishes', () => {
  it('cost what the benchmark says of as many requests and bytes', () => {
    const { dollarsPerHour, traffic } = of({ eventBytes: 300 });
    const counts = {
      snsCallsPerEvent: traffic.snsCalls / 10_000,
      bodyBytesPerEvent: 300,
      actionsPerEvent: 0,
      historyBytesPerEvent: 0,
    };
    const none = { ...PRICES, sqsRequests: 0, snsDeliveries: 0, snsDeliveredGb: 0 };
    const perMillion = dollarsPerMillion(counts, none).total;
    expect(dollarsPerHour.snsPublishes).toBeCloseTo((perMillion * 10_000 * 3_600) / 1e6, 9);
  });

  it('of a batch of up to 64 KB are one request, beyond that more', () => {
    const requestsOnly = (eventBytes: number): number =>
      of({ eventBytes }).dollarsPerHour.snsPublishes - (10_000 * eventBytes * 3_600 * 0.017) / 1e9;
    // Some five events in each.
    expect(requestsOnly(10_000)).toBeCloseTo(requestsOnly(100), 9);
    expect(requestsOnly(20_000)).toBeCloseTo(2 * requestsOnly(100), 9);
  });
});

it('closed histories of larger events cost more: each has two copies', () => {
  const gbHours = (eventBytes: number): number => of({ eventBytes }).dollarsPerHour.histories / 0.00105;
  const seconds = 30 * 24 * 3_600;
  expect(gbHours(2_048) - gbHours(1_024)).toBeCloseTo((2 * 1_024 * 10_000 * seconds) / 1e9, 3);
});
