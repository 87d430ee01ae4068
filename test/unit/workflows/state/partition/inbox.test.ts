import { describe, expect, it } from 'vitest';
import { customerEntry } from '../../../../support/messages.ts';
import { entriesOf, entryOf, msgIds, ofAggregate, PartitionDriver, refusal } from './partition-driver.ts';

const KB = 1_000;

it('takes in what waits when there is room again, however that came about', () => {
  const driver = new PartitionDriver();
  driver.refuses = (_msgId, id) => (id === 'bad' ? refusal : undefined);
  driver.accept([entryOf('bad', 1, 300 * KB), ...entriesOf('a', 1, 5)]);
  driver.run();
  expect(driver.published).toEqual([]);
  expect(driver.partition.totals()).toEqual({ aggregates: 1, pending: 6, parked: 1 });

  driver.operate('skip', 'bad');
  driver.run();
  expect(driver.published).toEqual(msgIds('a', 1, 5));
});

it('takes in what waits when time has let go of what held the room', () => {
  const driver = new PartitionDriver();
  let isThrottled = true;
  driver.refuses = (_msgId, id) =>
    id === 'big' && isThrottled ? { kind: 'retry', code: 'Throttled', reason: 'slow down' } : undefined;
  driver.accept([entryOf('big', 1, 300 * KB), ...entriesOf('a', 1, 5)]);
  driver.run({ maxMs: 500 });
  expect(driver.published).toEqual([]);

  isThrottled = false;
  driver.run();
  expect(driver.published).toEqual(['big-1', ...msgIds('a', 1, 5)]);
});

it('takes in what waits when it has forgotten enough to remember more', () => {
  const driver = new PartitionDriver();
  // 700 aggregates whose ids alone are more than a partition may remember, all of them waiting at once.
  const id = (n: number): string => `${n}-${'i'.repeat(1_000)}`;
  for (let n = 0; n < 700; n += 1) {
    driver.operate('pause', id(n));
  }
  driver.accept(entriesOf('a', 1, 5));
  expect(driver.partition.totals()).toMatchObject({ pending: 5 });
  driver.run();
  expect(driver.published).toEqual([]);

  for (let n = 0; n < 700; n += 1) driver.operate('resume', id(n));
  driver.run();
  expect(driver.published).toEqual(msgIds('a', 1, 5));
});

it('keeps the order of each aggregate through pages of the inbox and over runs', () => {
  const driver = new PartitionDriver();
  driver.operate('pause', 'bad');
  driver.accept([entryOf('bad', 1, 200 * KB)]);
  for (let n = 0; n < 40; n += 1) {
    driver.accept([...entriesOf('a', n * 10 + 1, n * 10 + 10, KB), entryOf('b', n + 1)]);
    driver.goOn();
    if (n % 7 === 0) driver.continueAsNew();
  }
  driver.run();
  expect(driver.published).toEqual([]);
  expect(driver.pages.size).toBeGreaterThan(2);

  driver.operate('resume', 'bad');
  driver.run();
  expect(ofAggregate('a', driver.published)).toEqual(msgIds('a', 1, 400));
  expect(ofAggregate('b', driver.published)).toEqual(msgIds('b', 1, 40));
  expect(driver.pages.size).toBe(0);
});

describe('a repeated message', () => {
  it('is dropped also when it comes through the inbox', () => {
    const driver = new PartitionDriver();
    driver.operate('pause', 'bad');
    driver.accept([entryOf('bad', 1, 200 * KB), ...entriesOf('a', 1, 3), ...entriesOf('a', 2, 4)]);
    driver.operate('resume', 'bad');
    driver.run();

    expect(ofAggregate('a', driver.published)).toEqual(msgIds('a', 1, 4));
    expect(driver.partition.status('a')).toMatchObject({ accepted: 4, duplicates: 2 });
  });

  it('is reported when it has another content, each one', () => {
    const driver = new PartitionDriver();
    const other = (n: number) => customerEntry(n, { id: 'a', msgId: `a-${n}` });
    driver.accept(entriesOf('a', 1, 3));

    expect(driver.partition.accept([other(1), ...entriesOf('a', 2, 2), other(3)], driver.now)).toEqual([
      { id: 'a', msgId: 'a-1' },
      { id: 'a', msgId: 'a-3' },
    ]);
  });
});

describe('ordering by position', () => {
  it('finds what is missing in the inbox: early events make room for it', () => {
    const driver = new PartitionDriver('position');
    const ids = Array.from({ length: 100 }, (_, n) => `s${n}`);
    // The watermarks are known, and of each stream two positions are missing.
    driver.accept(ids.map((id) => entryOf(id, 1)));
    driver.run();
    for (const id of ids) driver.accept([entryOf(id, 4, 3 * KB)]);
    for (const id of ids) driver.accept(entriesOf(id, 2, 3, 3 * KB));
    driver.run();

    expect(driver.partition.parked.size).toBe(0);
    for (const id of ids) expect(ofAggregate(id, driver.published)).toEqual(msgIds(id, 1, 4));
  });

  it('does not give a position up that may be waiting in the inbox', () => {
    const driver = new PartitionDriver('position');
    driver.accept([entryOf('a', 1), entryOf('a', 3)]);
    driver.operate('pause', 'bad');
    driver.accept([entryOf('bad', 1, 200 * KB), entryOf('a', 2)]);
    driver.run({ maxMs: 60_000 });
    expect(driver.published).toEqual(['a-1']);
    expect(driver.partition.parked.size).toBe(0);

    driver.operate('resume', 'bad');
    driver.run();
    expect(ofAggregate('a', driver.published)).toEqual(msgIds('a', 1, 3));
  });

  it('asks later for missing events while memory holds far too much', () => {
    const driver = new PartitionDriver('position');
    const ids = Array.from({ length: 80 }, (_, n) => `s${n}`);
    driver.eventLog = ({ id, from, to }) => entriesOf(id, from, Math.min(to, from + 49), 4 * KB);
    driver.accept(ids.flatMap((id) => [entryOf(id, 1), entryOf(id, 60)]));
    driver.run({ maxMs: 5_000 });
    driver.now += 10_000;
    driver.gaps.push(...driver.partition.due(driver.now));
    expect(driver.gaps).toHaveLength(80);
    while (driver.gaps.length > 0) driver.answerGap();
    driver.windUp();
    expect(driver.stateBytes()).toBeLessThan(1_000_000);

    driver.run();
    for (const id of ids) expect(ofAggregate(id, driver.published)).toEqual(msgIds(id, 1, 60));
  });

  it('lets the answer about an aggregate pass that it has forgotten meanwhile', () => {
    const driver = new PartitionDriver('position');
    driver.accept([entryOf('a', 1), entryOf('a', 3)]);
    driver.now += 10_000;
    const [gap] = driver.partition.due(driver.now);
    expect(gap).toEqual({ id: 'a', from: 2, to: 2 });
    driver.accept([entryOf('a', 2)]);
    driver.run();
    // More than it may remember.
    driver.accept(Array.from({ length: 5_100 }, (_, n) => entryOf(`other${n}`, 1)));
    driver.run();
    expect(driver.partition.totals().aggregates).toBeLessThan(5_000);
    driver.partition.gapAsked(
      { id: 'a', from: 2, to: 2 },
      { entries: entriesOf('a', 2, 2), why: 'none' },
      driver.now,
    );
    driver.partition.askLater('a', driver.now);
    driver.run();

    expect(ofAggregate('a', driver.published)).toEqual(msgIds('a', 1, 3));
  });
});
