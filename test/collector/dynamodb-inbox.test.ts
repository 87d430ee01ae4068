// On dynalite with TransactWriteItems of our own, as test/support/dynamodb.ts says: dynalite has none, so what is proved of transactions is proved of AWS's documentation of them, not of AWS.
import { describe, expect, it } from 'vitest';
import {
  DynamoDbInbox,
  type DynamoDbInboxOptions,
  inboxTable,
  inboxTimeToLive,
} from '../../src/collector/dynamodb/index.ts';
import { inboxContract } from '../../src/testing/contract/inbox-contract.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { arrived, createRig, type DynamoDbRig, handle, placed } from './dynamodb-inbox-rig.ts';

const dynamodb = useDynamoDb();
const create = (options: Partial<DynamoDbInboxOptions> = {}): Promise<DynamoDbRig> =>
  createRig(dynamodb.client, options);

describe('the inbox in DynamoDB', () => {
  for (const { title, run } of inboxContract({ create: () => create(), transactions: true })) it(title, run);

  describe('with attributes of other names', () => {
    const options = { partitionKey: 'Owner', sortKey: 'Thing', timeToLive: 'until' };
    for (const { title, run } of inboxContract({ create: () => create(options), transactions: true }))
      it(title, run);
  });
});

describe('what DynamoDbInbox remembers', () => {
  const odd = ['', '#', '%', '%0023', '%0025', 'a#m#b', 'a#a#b', 'A#', '#A', 'A#0000000000000002', 'holders'];
  const strange = [
    '\ud800',
    '\udfff',
    '\ufffd',
    '\u{10ffff}',
    'ä',
    'a\u0308',
    'x'.repeat(400),
    'x'.repeat(401),
  ];
  const ids = [...odd, ...strange, 'ü'.repeat(1_000), `%h${'0'.repeat(64)}`];

  it('keeps aggregates, msgIds, topics and collectors of any names apart', async () => {
    const rig = await create();
    for (const id of ids) {
      const arrivals = [
        placed(id, 1),
        arrived('same', id),
        { ...placed('same', 1), topic: id },
        { ...placed('same', 1), collector: id },
        { ...arrived('same', 'same'), topic: id },
        { ...arrived('same', 'same'), collector: id },
      ];
      for (const arrival of arrivals) expect((await handle(rig, arrival)).outcome).toBe('handled');
      for (const arrival of arrivals) expect((await handle(rig, arrival)).outcome).toBe('duplicate');
    }
    expect(await rig.items()).toHaveLength(6 * ids.length);
  });

  it('holds events of aggregates of any names apart, and lists whose they are', async () => {
    const rig = await create();
    for (const id of ids) await rig.inbox.hold(placed(id, 2));
    const held = await rig.inbox.held('ReadModel');
    expect(held.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const { expected, count } of held) expect({ expected, count }).toEqual({ expected: 1, count: 1 });
    for (const id of ids) {
      expect(await handle(rig, placed(id, 1))).toEqual({ outcome: 'handled', held: true });
      const aggregate = { collector: 'ReadModel', topic: 'Customer', id };
      expect((await rig.inbox.nextHeld(aggregate))?.id).toBe(id);
    }
  });

  it('forgets a topic whose name another one begins with, and more than a batch', async () => {
    const rig = await create();
    const many = Array.from({ length: 120 }, (_, index) => arrived('A', `m-${index}`));
    await Promise.all(many.map((arrival) => handle(rig, arrival)));
    await handle(rig, { ...arrived('A', 'other'), topic: 'Customers' });
    await handle(rig, { ...arrived('A', 'other'), topic: 'Customer#m' });
    await rig.inbox.forget('ReadModel', { topics: ['Customer', 'Customer'] });
    expect(await rig.items()).toHaveLength(2);
    await rig.inbox.forget('ReadModel');
    expect(await rig.items()).toEqual([]);
  });

  it('refuses to forget with a transaction what does not fit into it, and forgets nothing', async () => {
    const rig = await create();
    const many = Array.from({ length: 97 }, (_, index) => arrived('A', `m-${index}`));
    await Promise.all(many.map((arrival) => handle(rig, arrival)));
    const forget = (effects: number): Promise<void> =>
      rig.inbox.transact(async (transaction) => {
        for (let effect = 1; effect <= effects; effect += 1) await rig.write(transaction, 'cleared');
        await rig.inbox.forget('ReadModel', { transaction });
      });
    await expect(forget(4)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message:
        'The collector remembers more than its transaction can forget: DynamoDB takes 100 items, of which 96 are left [collector=ReadModel]. Nothing was forgotten. Stop the collector, and forget() without a transaction',
    });
    expect(await rig.items()).toHaveLength(97);
    await forget(3);
    expect(await rig.items()).toEqual([]);
    expect((await rig.effects()).filter((effect) => effect === 'cleared')).toHaveLength(3);
  });

  it('lets DynamoDB delete msgIds after a time, and never how far an aggregate is', async () => {
    const rig = await create({ rememberDays: 2 });
    const before = Date.now() / 1_000;
    await handle(rig, arrived('A', 'm-1'));
    await handle(rig, placed('A', 1));
    const expiries = (await rig.items()).flatMap(({ expiresAt }) =>
      expiresAt?.N ? [Number(expiresAt.N)] : [],
    );
    expect(expiries).toHaveLength(1);
    expect((expiries[0] ?? 0) - before).toBeGreaterThanOrEqual(2 * 86_400);
    expect((expiries[0] ?? 0) - before).toBeLessThan(2 * 86_400 + 60);
    expect(inboxTimeToLive(rig.tableName).TimeToLiveSpecification).toEqual({
      AttributeName: 'expiresAt',
      Enabled: true,
    });
  });

  it('leaves nothing behind of events that were held, also of those that a gap passed over', async () => {
    const rig = await create();
    for (const position of [2, 3, 5, 6]) await rig.inbox.hold(placed('A', position));
    expect(await handle(rig, { ...placed('A', 5), acceptGap: true })).toEqual({
      outcome: 'handled',
      held: true,
    });
    expect(await rig.inbox.held('ReadModel')).toMatchObject([{ id: 'A', expected: 6, count: 1 }]);
    expect(await handle(rig, placed('A', 6))).toEqual({ outcome: 'handled', held: false });
    await rig.inbox.hold(placed('A', 4));
    // The watermark.
    expect(await rig.items()).toHaveLength(1);
  });

  it('refuses to hold what DynamoDB cannot keep', async () => {
    const { inbox } = await create();
    const { message, ...arrival } = placed('A', 2);
    const large = { ...arrival, message: { ...message, event: 'x'.repeat(400_000) } };
    await expect(inbox.hold(large)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { id: 'A', position: 2, maxBytes: 400_000 },
    });
    const largest = { ...arrival, message: { ...message, event: 'x'.repeat(399_000) } };
    await inbox.hold(largest);
    expect(await inbox.held('ReadModel')).toMatchObject([{ expected: 1, count: 1 }]);
  });
});

describe('its options', () => {
  it('are refused all at once', () => {
    expect(
      () =>
        new DynamoDbInbox({
          client: {},
          tablename: 'x',
          sortKey: 'pk',
          timeToLive: 'position',
          rememberDays: 0,
        } as never),
    ).toThrow(
      expect.objectContaining({
        code: 'INVALID_COLLECTOR',
        message: expect.stringContaining(
          "The DynamoDbInbox is wrong: tablename is no option; did you mean tableName?; client is a DynamoDBClient, not an object; tableName is a text that is not empty, not nothing; sortKey is 'pk', which is the name of another attribute; timeToLive is 'position', which is the name of another attribute; rememberDays is a whole number from 1 to 3650, not the number 0",
        ),
      }),
    );
    expect(() => inboxTable('')).toThrow('tableName is a text that is not empty');
  });
});
