import { describe, expect, it } from 'vitest';
import { entriesOf, msgIds, NOW, ofAggregate, PartitionDriver, throttled } from './partition-driver.ts';

const AGGREGATES = ['a', 'b', 'c', 'd'];

/** A partition whose aggregates have failed for an hour, when SNS takes events again. */
function afterOutage(driver = new PartitionDriver()): PartitionDriver {
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
  expect(driver.partition.totals().pending).toBe(0);
  return driver.now - startedAt;
}

describe('after an outage the aggregates of a partition', () => {
  it('go on together as soon as SNS takes an event of one of them', () => {
    expect(drainMs(afterOutage())).toBeLessThan(1_000);
  });

  it('do so also when SNS had taken events of some of them, and failed the others, before the outage', () => {
    const driver = new PartitionDriver();
    driver.refuses = (_msgId, id) => (id === 'good' ? undefined : throttled);
    for (const [index, id] of AGGREGATES.entries()) {
      driver.accept(entriesOf(id, 1, 3));
      driver.accept(entriesOf('good', index + 1, index + 1));
      driver.run({ maxMs: 7_000 });
    }
    driver.published.length = 0;
    expect(drainMs(afterOutage(driver))).toBeLessThan(1_000);
  });

  it('do so also when the run continues as new meanwhile', () => {
    const driver = afterOutage();
    driver.now = driver.partition.dueAt ?? Number.NaN;
    const startedAt = driver.now;
    while (driver.published.length === 0) driver.goOn();
    driver.continueAsNew();
    driver.run();
    for (const id of AGGREGATES) expect(ofAggregate(id, driver.published)).toEqual(msgIds(id, 1, 3));
    expect(driver.now - startedAt).toBeLessThan(1_000);
  });
});

it('an aggregate that fails after some of its events were taken waits as after any first failure', () => {
  const driver = new PartitionDriver();
  let left = 1;
  driver.refuses = (msgId) => (msgId === 'a-2' && left-- > 0 ? throttled : undefined);
  driver.accept(entriesOf('a', 1, 3));
  driver.run();
  expect(driver.published).toEqual(msgIds('a', 1, 3));
  expect(driver.now - NOW).toBe(1_000);
});
