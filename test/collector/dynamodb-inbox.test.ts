// On dynalite with TransactWriteItems of our own, as test/support/dynamodb.ts says: dynalite has none, so what is proved of transactions is proved of AWS's documentation of them, not of AWS.
import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  QueryCommand,
  ScanCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  DynamoDbInbox,
  type DynamoDbInboxOptions,
  type DynamoDbTransaction,
  inboxTable,
  inboxTimeToLive,
} from '../../src/collector/dynamodb/index.ts';
import type { Arrival, InboxAnswer } from '../../src/collector/inbox.ts';
import { type InboxRig, inboxContract } from '../../src/testing/contract/inbox-contract.ts';
import { sampleEvent } from '../../src/testing/contract/sample-events.ts';
import { useDynamoDb } from '../support/dynamodb.ts';

const dynamodb = useDynamoDb();
const never = new AbortController().signal;

interface Rig extends InboxRig<DynamoDbTransaction> {
  readonly inbox: DynamoDbInbox;
  readonly tableName: string;
  items(): Promise<readonly Record<string, AttributeValue>[]>;
}

/** An inbox on a table of its own, and effects in another one. */
async function create(options: Partial<DynamoDbInboxOptions> = {}): Promise<Rig> {
  const { client } = dynamodb;
  const tableName = `inbox-${randomUUID().slice(0, 8)}`;
  for (const name of [tableName, `${tableName}-effects`])
    await client.send(new CreateTableCommand(inboxTable(name, name === tableName ? options : {})));
  let written = 0;
  return {
    tableName,
    inbox: new DynamoDbInbox({ client, tableName, ...options }),
    write: async (transaction, effect) => {
      written += 1;
      transaction.add(put(`${tableName}-effects`, { sk: String(written).padStart(6, '0'), effect }));
    },
    effects: async () => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: `${tableName}-effects`,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'effects' } },
        }),
      );
      return Items.map(({ effect }) => effect?.S ?? '');
    },
    items: async () => {
      const { Items = [] } = await client.send(
        new ScanCommand({ TableName: tableName, ConsistentRead: true }),
      );
      return Items;
    },
  };
}

function put(
  TableName: string,
  { sk, effect }: { readonly sk: string; readonly effect: string },
): TransactWriteItem {
  return { Put: { TableName, Item: { pk: { S: 'effects' }, sk: { S: sk }, effect: { S: effect } } } };
}

function arrived(id: string, msgId: string): Arrival {
  const { message } = sampleEvent(1, { id, msgId });
  return { collector: 'ReadModel', topic: 'Customer', message, ordering: 'arrival' };
}

function placed(id: string, position: number): Arrival {
  const { message } = sampleEvent(position, { id, msgId: `${id}-${position}` });
  return {
    collector: 'ReadModel',
    topic: 'Customer',
    message: { ...message, position },
    ordering: 'position',
  };
}

function handle({ inbox, write }: Rig, arrival: Arrival): Promise<InboxAnswer> {
  // An attribute cannot have half of a surrogate pair.
  const effect = arrival.message.meta.msgId.replace(/\p{Cs}/gu, '?');
  return inbox.handle(arrival, (transaction) => write(transaction, effect), never);
}

describe('the inbox in DynamoDB', () => {
  for (const { title, run } of inboxContract({ create, transactions: true })) it(title, run);

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

describe('another consumer', () => {
  it('that was faster makes a duplicate of it, or lets it come early, though its handler has run', async () => {
    const rig = await create();
    const meanwhile = (arrival: Arrival, other: () => Promise<unknown>): Promise<InboxAnswer> =>
      rig.inbox.handle(
        arrival,
        async (transaction) => {
          await rig.write(transaction, 'lost');
          await other();
        },
        never,
      );
    for (const arrival of [arrived('A', 'm-1'), placed('A', 1), placed('A', 2)]) {
      const answer = await meanwhile(arrival, () => handle(rig, arrival));
      expect(answer).toEqual({ outcome: 'duplicate', held: false });
    }
    const gap = { ...placed('A', 5), acceptGap: true };
    const leaped = await meanwhile(gap, () => handle(rig, { ...placed('A', 6), acceptGap: true }));
    expect(leaped).toEqual({ outcome: 'duplicate', held: false });
    const early = await meanwhile(placed('A', 7), () => rig.inbox.forget('ReadModel'));
    expect(early).toEqual({ outcome: 'early', expected: 1 });
    expect(await rig.effects()).toEqual(['m-1', 'A-1', 'A-2', 'A-6']);
  });

  it('that holds something while a handler runs is told of', async () => {
    const rig = await create();
    const run = (): Promise<void> => rig.inbox.hold(placed('A', 2));
    expect(await rig.inbox.handle(placed('A', 1), run, never)).toEqual({ outcome: 'handled', held: true });
  });

  it('that holds events of one aggregate at the same time holds them all', async () => {
    const rig = await create();
    await Promise.all([2, 3, 4, 5].map((position) => rig.inbox.hold(placed('A', position))));
    expect(await rig.inbox.held('ReadModel')).toMatchObject([{ id: 'A', expected: 1, count: 4 }]);
  });

  it('that holds something while the last of what was held goes is seen by held()', async () => {
    const rig = await create();
    let holdNow: (() => Promise<void>) | undefined;
    const client = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: 'us-east-1' });
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          const { ExpressionAttributeValues: values = {} } = args.input as {
            ExpressionAttributeValues?: object;
          };
          // It has just read that nothing is held any more.
          if (commandName !== 'QueryCommand' || !(':from' in values)) return answer;
          await holdNow?.();
          return answer;
        },
      { step: 'initialize' },
    );
    const inbox = new DynamoDbInbox({ client, tableName: rig.tableName });
    await rig.inbox.hold(placed('A', 1));
    holdNow = () => rig.inbox.hold(placed('A', 3));
    expect(await handle({ ...rig, inbox }, placed('A', 1))).toEqual({ outcome: 'handled', held: false });
    expect(await rig.inbox.held('ReadModel')).toMatchObject([{ id: 'A', expected: 2, count: 1 }]);
    client.destroy();
  });
});

describe('the transaction of a handler', () => {
  it('fails the event when a condition of its own fails, and says which', async () => {
    const rig = await create();
    const taken = put(`${rig.tableName}-effects`, { sk: 'taken', effect: 'first' });
    await rig.inbox.transact(async (transaction) => transaction.add(taken));
    const unlessTaken = {
      Put: { ...taken.Put, ConditionExpression: 'attribute_not_exists(pk)' },
    } as TransactWriteItem;
    for (const arrival of [arrived('A', 'm-1'), placed('A', 1)]) {
      const handled = rig.inbox.handle(
        arrival,
        async (transaction) => {
          await rig.write(transaction, 'lost');
          transaction.add(unlessTaken);
        },
        never,
      );
      await expect(handled).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
      });
      expect(await rig.effects()).toEqual(['first']);
      expect((await rig.inbox.handle(arrival, async () => undefined, never)).outcome).toBe('handled');
    }
  });

  it('takes as many items as DynamoDB does, and says how many are left', async () => {
    const rig = await create();
    const items = (length: number): TransactWriteItem[] =>
      Array.from({ length }, (_, index) => put(`${rig.tableName}-effects`, { sk: `${index}`, effect: 'e' }));
    await rig.inbox.hold(placed('A', 1));
    for (const [arrival, most] of [
      [arrived('A', 'm-1'), 99],
      [placed('B', 1), 99],
      [placed('A', 1), 98],
    ] as const) {
      const tooMany = rig.inbox.handle(
        arrival,
        async (transaction) => {
          expect(transaction.left).toBe(most);
          transaction.add(...items(90));
          transaction.add(...items(most - 89));
        },
        never,
      );
      await expect(tooMany).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(
          `${most - 89} more items, and of DynamoDB's 100, ${most - 90} are left (the inbox needs ${100 - most}, 90 were added before) [collector=ReadModel topic=Customer`,
        ),
      });
      expect(await rig.effects()).toEqual([]);
      const fits = await rig.inbox.handle(
        arrival,
        async (transaction) => transaction.add(...items(most)),
        never,
      );
      expect(fits.outcome).toBe('handled');
      await clear(`${rig.tableName}-effects`);
    }
  });

  it('takes nothing from a handler that goes on after its time', async () => {
    const rig = await create();
    const controller = new AbortController();
    let late: DynamoDbTransaction | undefined;
    const handled = rig.inbox.handle(
      placed('A', 1),
      async (transaction) => {
        late = transaction;
        await rig.write(transaction, 'lost');
        controller.abort(new Error('its time is over'));
        throw controller.signal.reason;
      },
      controller.signal,
    );
    await expect(handled).rejects.toThrow('its time is over');
    expect(() => late?.add(put(`${rig.tableName}-effects`, { sk: 'late', effect: 'late' }))).toThrow(
      'The transaction has ended [collector=ReadModel topic=Customer id=A msgId=A-1]',
    );
    expect(await rig.effects()).toEqual([]);
    expect(await rig.items()).toEqual([]);
  });

  it('sends nothing of a transaction to which nothing was added', async () => {
    const { inbox } = await create();
    await inbox.transact(async () => undefined);
  });
});

describe('an answer that is lost', () => {
  it('is repeated by the SDK with the same token: the event is handled, once', async () => {
    const rig = await create();
    const { client, lost } = losing(1);
    const inbox = new DynamoDbInbox({ client, tableName: rig.tableName });
    for (const arrival of [arrived('A', 'm-1'), placed('A', 1)]) {
      lost.left = 1;
      expect(await handle({ ...rig, inbox }, arrival)).toEqual({ outcome: 'handled', held: false });
      expect(lost.left).toBe(0);
    }
    expect(await rig.effects()).toEqual(['m-1', 'A-1']);
    client.destroy();
  });

  it('fails the event when no repeat is answered either: it comes again, and is a duplicate', async () => {
    const rig = await create();
    const { client, lost } = losing(2);
    const inbox = new DynamoDbInbox({ client, tableName: rig.tableName });
    await rig.inbox.hold(placed('A', 2));
    for (const [arrival, held] of [
      [arrived('A', 'm-1'), false],
      [placed('A', 1), true],
    ] as const) {
      lost.left = 2;
      await expect(handle({ ...rig, inbox }, arrival)).rejects.toThrow('the answer is lost');
      expect(await handle({ ...rig, inbox }, arrival)).toEqual({ outcome: 'duplicate', held });
    }
    expect(await rig.effects()).toEqual(['m-1', 'A-1']);
    client.destroy();
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

/** A client that makes so many attempts, and to which answers of transactions get lost. */
function losing(maxAttempts: number): { client: DynamoDBClient; lost: { left: number } } {
  const lost = { left: 0 };
  const client = new DynamoDBClient({
    endpoint: dynamodb.endpoint,
    region: 'us-east-1',
    maxAttempts: Math.max(maxAttempts, 2),
  });
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        if (commandName !== 'TransactWriteItemsCommand' || lost.left === 0) return answer;
        lost.left -= 1;
        throw Object.assign(new Error('the answer is lost'), { name: 'TimeoutError' });
      },
    // Inside of the SDK's repeats.
    { step: 'deserialize', priority: 'low' },
  );
  return { client, lost };
}

async function clear(tableName: string): Promise<void> {
  const { client } = dynamodb;
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  const inbox = new DynamoDbInbox({ client, tableName });
  for (let index = 0; index < Items.length; index += 100)
    await inbox.transact(async (transaction) =>
      transaction.add(
        ...Items.slice(index, index + 100).flatMap(({ pk, sk }) =>
          pk && sk ? [{ Delete: { TableName: tableName, Key: { pk, sk } } }] : [],
        ),
      ),
    );
}
