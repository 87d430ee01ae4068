import { describe, expect, it } from 'vitest';
import { PARTITION_STATE_BYTES } from '../../../../../src/common/defaults.ts';
import type { PartitionState } from '../../../../../src/common/protocol/state.ts';
import { entriesOf, entryOf, msgIds, PartitionDriver, refusal, settings } from './partition-driver.ts';

function knownTo(driver: PartitionDriver): readonly string[] {
  return (driver.partition.snapshot() as PartitionState).aggregates.map(({ id }) => id);
}

const ids = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `a${from + n}`);

it('forgets aggregates after the time for which msgIds are remembered, and not sooner', () => {
  const driver = new PartitionDriver();
  driver.accept([entryOf('a', 1), entryOf('b', 1)]);
  driver.run();
  driver.now += settings.rememberMs;
  driver.accept([entryOf('a', 1)]);
  expect(driver.partition.status('a')).toMatchObject({ accepted: 1, duplicates: 1 });
  expect(knownTo(driver)).toEqual(['b', 'a']);

  driver.now += 1;
  driver.accept([entryOf('c', 1)]);
  driver.run();
  expect(knownTo(driver)).toEqual(['a', 'c']);
});

it('forgets those that are idle also behind one that is stopped', () => {
  const driver = new PartitionDriver();
  driver.operate('pause', 'stopped');
  driver.accept([entryOf('stopped', 1), entryOf('a', 1)]);
  driver.run();
  driver.now += settings.rememberMs + 1;
  driver.accept([entryOf('b', 1)]);
  driver.run();

  expect(knownTo(driver)).toEqual(['stopped', 'b']);
});

it('remembers less than its limit however many aggregates there are, the last used ones', () => {
  const driver = new PartitionDriver();
  for (let from = 1; from < 8_000; from += 500) {
    driver.accept(ids(from, from + 499).map((id) => entryOf(id, 1)));
    driver.accept([entryOf('a1', 1)]);
    driver.run();
    driver.continueAsNew();
  }
  const known = knownTo(driver);

  // Enough that it is of use.
  expect(known.length).toBeGreaterThan(500);
  expect(known.slice(0, -1)).toEqual(ids(8_000 - known.length + 2, 8_000));
  expect(known.at(-1)).toBe('a1');
  expect(driver.stateBytes()).toBeLessThan(PARTITION_STATE_BYTES + 150_000);
});

it('counts what positions take, too', () => {
  const driver = new PartitionDriver('position');
  for (let from = 1; from < 3_000; from += 100) {
    driver.accept(ids(from, from + 99).flatMap((id) => entriesOf(id, 1, 12)));
    driver.run();
  }

  expect(driver.partition.totals().aggregates).toBeGreaterThan(400);
  expect(driver.stateBytes()).toBeLessThan(PARTITION_STATE_BYTES + 150_000);
});

describe('an aggregate that was forgotten', () => {
  it('has lost its memory of msgIds and its totals, and nothing else', () => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('a', 1, 3));
    driver.run();
    driver.now += settings.rememberMs + 1;
    driver.accept([entryOf('b', 1)]);
    expect(driver.partition.status('a')).toMatchObject({ state: 'idle', accepted: 0, published: 0 });

    driver.accept(entriesOf('a', 3, 5));
    driver.run();
    expect(driver.published).toEqual([...msgIds('a', 1, 3), 'b-1', ...msgIds('a', 3, 5)]);
  });

  it('is none for which anything waits, or that anybody has stopped', () => {
    const driver = new PartitionDriver();
    driver.refuses = (_msgId, id) => (id === 'parked' ? refusal : undefined);
    driver.accept([entryOf('parked', 1)]);
    driver.operate('pause', 'paused');
    driver.accept([entryOf('paused', 1)]);
    driver.operate('pause', 'empty');
    driver.run();
    driver.now += 100 * settings.rememberMs;
    for (let from = 1; from < 3_000; from += 500) {
      driver.accept(ids(from, from + 499).map((id) => entryOf(id, 1)));
      driver.run();
    }

    expect(knownTo(driver)).toEqual(expect.arrayContaining(['parked', 'paused', 'empty']));
    expect(driver.partition.status('paused')).toMatchObject({ state: 'paused', pending: 1 });
    expect(driver.partition.status('parked')).toMatchObject({ state: 'parked', pending: 1 });
  });
});

it('knows the newest msgIds of a large backlog, and publishes all of it, when the partition remembers too much', () => {
  const driver = new PartitionDriver();
  const hot = '019c1f00-0000-7000-8000-000000000000';
  driver.operate('pause', hot);
  for (let from = 1; from < 12_000; from += 500) {
    driver.accept(entriesOf(hot, from, from + 499));
    driver.run();
  }
  driver.accept(entriesOf(hot, 11_950, 12_010));
  driver.run();
  expect(driver.partition.status(hot)).toMatchObject({ accepted: 12_010, duplicates: 51 });
  expect(driver.stateBytes()).toBeLessThan(PARTITION_STATE_BYTES + 400_000);

  driver.operate('resume', hot);
  driver.run();
  expect(driver.published).toEqual(msgIds(hot, 1, 12_010));
});
