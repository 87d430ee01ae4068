import { describe, expect, it } from 'vitest';
import {
  entriesOf,
  entryOf,
  msgIds,
  ofAggregate,
  PartitionDriver,
  refusal,
  throttled,
} from './partition-driver.ts';

const KB = 1_000;

describe('an aggregate that cannot publish', () => {
  it.each([
    ['is refused', refusal],
    ['is not taken for now', throttled],
  ])('does not stop the others when it %s, however much of it waits', (_title, failure) => {
    const driver = new PartitionDriver();
    driver.refuses = (_msgId, id) => (id.startsWith('bad') ? failure : undefined);
    // Each of them alone has more than a partition keeps active.
    const bad = ['bad1', 'bad2', 'bad3'].flatMap((id) => entriesOf(id, 1, 60, 5 * KB));
    driver.accept(bad);
    driver.accept(entriesOf('good', 1, 200, KB));
    driver.run({ maxMs: 500 });

    expect(driver.published).toEqual(msgIds('good', 1, 200));
  });

  it('does not stop the others when a large event of it is not taken for now', () => {
    const driver = new PartitionDriver();
    driver.refuses = (_msgId, id) => (id === 'bad' ? throttled : undefined);
    driver.accept(entriesOf('bad', 1, 1, 140 * KB));
    driver.accept(entriesOf('good', 1, 200, KB));
    driver.run({ maxMs: 500 });

    expect(driver.published).toEqual(msgIds('good', 1, 200));
  });

  it('does not stop the others when it is paused', () => {
    const driver = new PartitionDriver();
    for (const id of ['bad1', 'bad2', 'bad3']) driver.operate('pause', id);
    driver.accept(['bad1', 'bad2', 'bad3'].flatMap((id) => entriesOf(id, 1, 60, 5 * KB)));
    driver.accept(entriesOf('good', 1, 200, KB));
    driver.run();
    expect(driver.published).toEqual(msgIds('good', 1, 200));

    for (const id of ['bad1', 'bad2', 'bad3']) driver.operate('resume', id);
    driver.run();
    for (const id of ['bad1', 'bad2', 'bad3']) {
      expect(ofAggregate(id, driver.published)).toEqual(msgIds(id, 1, 60));
    }
  });

  it('keeps one event in memory when it stops after a page has come back', () => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('hot', 1, 300, KB));
    while (driver.partition.pageToLoad === undefined) driver.goOn();
    driver.ask(driver.partition.pageToLoad);
    for (const id of ['hot', 'other1', 'other2']) driver.operate('pause', id);
    driver.deliver();
    driver.accept(entriesOf('other1', 1, 1, 100 * KB));
    driver.accept(entriesOf('other2', 1, 1, 100 * KB));
    driver.accept(entriesOf('good', 1, 10, KB));
    driver.run();
    // More is held than may be: what the others have in memory can move to pages only as far as nothing is at its turn.
    expect(driver.partition.snapshot()).toMatchObject({
      aggregates: expect.arrayContaining([
        expect.objectContaining({ id: 'hot', pending: [expect.anything()] }),
      ]),
    });

    for (const id of ['hot', 'other1', 'other2']) driver.operate('resume', id);
    driver.run();
    expect(ofAggregate('hot', driver.published)).toEqual(msgIds('hot', 1, 300));
    expect(driver.partition.totals()).toMatchObject({ pending: 0 });
  });
});

describe('an operator who stops an aggregate while events of it are under way', () => {
  it('gets none of them published twice, although memory is needed', () => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('a', 1, 60, KB));
    driver.take();
    driver.operate('pause', 'a');
    // None of the others has so much that a part of it can move to a page.
    const others = ['b1', 'b2', 'b3', 'b4', 'b5', 'b6'];
    driver.accept(others.flatMap((id) => entriesOf(id, 1, 20, KB)));
    while (driver.partition.mustSpill) driver.spill();
    driver.settle();
    driver.operate('resume', 'a');
    driver.run();

    expect(ofAggregate('a', driver.published)).toEqual(msgIds('a', 1, 60));
    for (const id of others) expect(ofAggregate(id, driver.published)).toEqual(msgIds(id, 1, 20));
  });
});

describe('a hot aggregate', () => {
  it('is published to its end, with tens of thousands of events', () => {
    const driver = new PartitionDriver();
    const hot = '019c1f00-0000-7000-8000-000000000000';
    for (let from = 1; from < 20_000; from += 500) driver.accept(entriesOf(hot, from, from + 499));
    driver.run();

    expect(driver.published).toHaveLength(20_000);
    expect(driver.published).toEqual(msgIds(hot, 1, 20_000));
  });

  it('lets the others go first that come behind its thousands of events', () => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('hot', 1, 5_000));
    driver.accept(entriesOf('quiet1', 1, 5));
    driver.accept(entriesOf('quiet2', 1, 5));
    while (ofAggregate('quiet2', driver.published).length < 5) {
      if (!driver.goOn()) throw new Error('stuck');
    }

    // Its turns while pages of it were made, of at most 50 events each.
    expect(ofAggregate('hot', driver.published).length).toBeLessThan(500);
  });

  it('sends a share of its events while others send, and more when it is alone', () => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('hot', 1, 60));
    driver.accept(Array.from({ length: 100 }, (_, n) => entryOf(`q${n}`, 1)));
    driver.take();
    driver.settle();
    driver.take();

    expect(driver.published).toHaveLength(110);
    expect(driver.attempts[0]?.map(({ id, entries }) => `${id}: ${entries.length}`)).toEqual(['hot: 50']);
  });
});

describe('the order of turns', () => {
  it('begins with whom the activity had no room for, also when the others are ready again', () => {
    const driver = new PartitionDriver();
    const ids = ['small', 'big1', 'big2'];
    for (const id of ids) driver.operate('pause', id);
    driver.accept([entryOf('small', 1), entryOf('big1', 1, 150 * KB), entryOf('big2', 1, 150 * KB)]);
    for (const id of ids.toReversed()) driver.operate('resume', id);
    driver.take();
    expect(driver.attempts[0]?.map(({ id }) => id)).toEqual(['big2', 'big1']);

    driver.partition.settle(driver.attempts.shift() ?? [], [{ receipts: [] }, { receipts: [] }], driver.now);
    driver.take();
    expect(driver.attempts[0]?.map(({ id }) => id)).toEqual(['small', 'big2', 'big1']);
  });

  it('never has the same aggregate under way twice', () => {
    const driver = new PartitionDriver();
    driver.accept([...entriesOf('a', 1, 60), ...entriesOf('b', 1, 5)]);
    driver.take();
    driver.accept([...entriesOf('a', 61, 70), ...entriesOf('c', 1, 5)]);
    driver.take();

    expect(driver.attempts.map((attempt) => attempt.map(({ id }) => id))).toEqual([['a', 'b'], ['c']]);
    expect(driver.partition.isReady).toBe(false);
  });
});

describe('pages on their way back', () => {
  it('are at most two at a time, so that memory has room for them', () => {
    const driver = new PartitionDriver();
    const ids = Array.from({ length: 12 }, (_, n) => `a${n}`);
    for (const id of ids) {
      driver.operate('pause', id);
      driver.accept(entriesOf(id, 1, 100, KB));
    }
    driver.run();
    for (const id of ids) driver.operate('resume', id);
    let mostAsked = 0;
    while (driver.goOn()) mostAsked = Math.max(mostAsked, driver.asked.length);

    expect(mostAsked).toBe(2);
    for (const id of ids) expect(ofAggregate(id, driver.published)).toEqual(msgIds(id, 1, 100));
  });

  it('leave the way free for others when they cannot be reached', () => {
    const driver = new PartitionDriver();
    const lost = ['lost1', 'lost2', 'lost3'];
    for (const id of [...lost, 'b']) {
      driver.operate('pause', id);
      driver.accept(entriesOf(id, 1, 100, KB));
    }
    driver.run();
    driver.reaches = (page) => driver.pages.get(page)?.[0]?.message.id === 'b';
    for (const id of [...lost, 'b']) driver.operate('resume', id);
    driver.run({ maxMs: 600_000 });

    for (const id of lost) expect(ofAggregate(id, driver.published).length).toBeLessThan(100);
    expect(ofAggregate('b', driver.published)).toEqual(msgIds('b', 1, 100));
  });
});
