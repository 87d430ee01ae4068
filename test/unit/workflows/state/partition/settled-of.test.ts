import { describe, expect, it } from 'vitest';
import { customerEntry } from '../../../../support/messages.ts';
import { entriesOf, entryOf, PartitionDriver, refusal } from './partition-driver.ts';

const KB = 1_000;

/** What each of these messages is said to have become: its outcome, or `open`. */
function outcomesOf(driver: PartitionDriver, ...msgIds: readonly string[]): readonly string[] {
  const messages = msgIds.map((msgId) => ({ id: msgId.split('-')[0] ?? '', msgId }));
  const settled = driver.partition.settledOf(messages);
  return msgIds.map((msgId) => settled.find((one) => one.msgId === msgId)?.outcome ?? 'open');
}

describe('a published message', () => {
  it('is settled with its receipt', () => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('a', 1, 2));
    driver.run();

    expect(driver.partition.settledOf([{ id: 'a', msgId: 'a-2' }])).toEqual([
      {
        id: 'a',
        msgId: 'a-2',
        outcome: 'published',
        receipt: {
          msgId: 'a-2',
          snsMessageId: '019c1f00-0000-7000-8000-000000000000',
          sequenceNumber: '10000000000000000000',
        },
      },
    ]);
  });

  it('is settled without one when that was so long ago that it is forgotten', () => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('a', 1, 1_200));
    driver.run();
    driver.accept(entriesOf('a', 1, 1));

    expect(driver.partition.settledOf([{ id: 'a', msgId: 'a-1' }])).toEqual([
      { id: 'a', msgId: 'a-1', outcome: 'published' },
    ]);
  });

  it('is settled over runs', () => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('a', 1, 1));
    driver.run();
    driver.continueAsNew();

    expect(driver.partition.settledOf([{ id: 'a', msgId: 'a-1' }])).toMatchObject([{ receipt: {} }]);
  });
});

describe('a waiting message is open', () => {
  it.each([
    ['at its turn', 1],
    ['under way', 2],
  ])('while it is %s', (_title, rounds) => {
    const driver = new PartitionDriver();
    driver.accept(entriesOf('a', 1, 1));
    for (let round = 1; round < rounds; round += 1) driver.goOn();

    expect(outcomesOf(driver, 'a-1')).toEqual(['open']);
  });

  it('in the inbox and its pages, in pages of its aggregate, and while one is made', () => {
    const driver = new PartitionDriver();
    driver.operate('pause', 'bad');
    driver.operate('pause', 'hot');
    driver.accept([entryOf('bad', 1, 60 * KB), ...entriesOf('hot', 1, 300, KB), entryOf('a', 1)]);
    expect(driver.partition.mustSpill).toBe(true);
    driver.partition.beginSpill('page');
    expect(outcomesOf(driver, 'hot-1', 'hot-100', 'hot-250', 'a-1')).toEqual(Array(4).fill('open'));
    driver.partition.endSpill(false, driver.now);
    while (driver.partition.mustSpill) driver.spill();

    expect(outcomesOf(driver, 'hot-1', 'hot-100', 'hot-250')).toEqual(Array(3).fill('open'));
  });

  it('while it waits for its position, or for the settle window', () => {
    const driver = new PartitionDriver('position');
    driver.accept([entryOf('a', 1), entryOf('a', 3), entryOf('b', 7)]);

    expect(outcomesOf(driver, 'a-1', 'a-3', 'b-7')).toEqual(['open', 'open', 'open']);
  });
});

describe('where an aggregate is parked', () => {
  it('the event itself and those behind it are settled, with the reason', () => {
    const driver = new PartitionDriver();
    driver.refuses = (msgId) => (msgId === 'a-2' ? refusal : undefined);
    driver.accept(entriesOf('a', 1, 3));
    driver.run();

    expect(outcomesOf(driver, 'a-1', 'a-2', 'a-3')).toEqual(['published', 'parked', 'parked']);
    expect(driver.partition.settledOf([{ id: 'a', msgId: 'a-3' }])).toMatchObject([
      { outcome: 'parked', parked: { msgId: 'a-2', code: 'InvalidParameter' } },
    ]);
  });

  it('those in its pages are settled too', () => {
    const driver = new PartitionDriver();
    driver.refuses = (_msgId, id) => (id === 'a' ? refusal : undefined);
    driver.accept(entriesOf('a', 1, 300, KB));
    driver.run();

    expect(outcomesOf(driver, 'a-1', 'a-150', 'a-300')).toEqual(['parked', 'parked', 'parked']);
  });

  it('the events before a gap are open still, and those behind it are settled', () => {
    const driver = new PartitionDriver('position');
    driver.accept([...entriesOf('a', 1, 2), entryOf('a', 5), entryOf('a', 6)]);
    driver.now += 10_000;
    driver.gaps.push(...driver.partition.due(driver.now));
    driver.answerGap();

    expect(driver.partition.status('a')).toMatchObject({ parked: { code: 'Gap', msgId: 'a-5' } });
    expect(outcomesOf(driver, 'a-1', 'a-2', 'a-5', 'a-6')).toEqual(['open', 'open', 'parked', 'parked']);
  });
});

describe('after an operator has skipped', () => {
  it('the refused event is settled as skipped, and not those behind it', () => {
    const driver = new PartitionDriver();
    driver.refuses = (msgId) => (msgId === 'a-1' ? refusal : undefined);
    driver.accept(entriesOf('a', 1, 2));
    driver.run();
    driver.operate('skip', 'a');
    expect(outcomesOf(driver, 'a-1', 'a-2')).toEqual(['skipped', 'open']);

    driver.run();
    driver.continueAsNew();
    expect(outcomesOf(driver, 'a-1', 'a-2')).toEqual(['skipped', 'published']);
  });

  it('a gap, the event behind it is not skipped: it is published', () => {
    const driver = new PartitionDriver('position');
    driver.accept([entryOf('a', 1), entryOf('a', 3)]);
    driver.run();
    driver.operate('skip', 'a', { msgId: 'a-3' });
    expect(outcomesOf(driver, 'a-3')).toEqual(['open']);

    driver.run();
    expect(outcomesOf(driver, 'a-3')).toEqual(['published']);
    expect(driver.published).toEqual(['a-1', 'a-3']);
  });

  it('the second event of one position is settled as skipped', () => {
    const driver = new PartitionDriver('position');
    driver.accept([entryOf('a', 1), customerEntry(1, { id: 'a', msgId: 'a-other', position: 1 })]);
    expect(outcomesOf(driver, 'a-1', 'a-other')).toEqual(['parked', 'parked']);
    driver.operate('skip', 'a');
    driver.run();

    expect(outcomesOf(driver, 'a-1', 'a-other')).toEqual(['published', 'skipped']);
  });
});
