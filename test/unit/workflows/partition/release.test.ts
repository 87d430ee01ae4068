import { describe, expect, it } from 'vitest';
import { entriesOf, msgIds, ofAggregate, PartitionDriver, throttled } from './partition-driver.ts';

const AGGREGATES = ['a', 'b', 'c', 'd'];

/** A partition whose aggregates have failed for an hour, when SNS takes events again. */
function afterOutage(revision: number | undefined): PartitionDriver {
  const driver = new PartitionDriver('arrival', revision);
  driver.refuses = () => throttled;
  for (const id of AGGREGATES) {
    driver.accept(entriesOf(id, 1, 3));
    driver.run({ maxMs: 7_000 });
  }
  driver.run({ maxMs: 3_600_000 });
  driver.refuses = () => undefined;
  return driver;
}

/** Milliseconds from the first try, which SNS takes, until it has all. */
function drainMs(driver: PartitionDriver): number {
  const startedAt = driver.partition.dueAt ?? Number.NaN;
  driver.run();
  for (const id of AGGREGATES) expect(ofAggregate(id, driver.published)).toEqual(msgIds(id, 1, 3));
  return driver.now - startedAt;
}

describe('after an outage the aggregates of a partition', () => {
  it('go on together as soon as SNS takes an event of one of them', () => {
    expect(drainMs(afterOutage(2))).toBeLessThan(1_000);
  });

  it('wait each for its own time in a run that 0.1.0 would recognise, so that its history replays', () => {
    expect(drainMs(afterOutage(undefined))).toBeGreaterThan(10_000);
  });
});
