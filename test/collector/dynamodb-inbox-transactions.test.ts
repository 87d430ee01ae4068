// On dynalite with TransactWriteItems of our own, as test/support/dynamodb.ts says: dynalite has none, so what is proved of transactions is proved of AWS's documentation of them, not of AWS.
import { DynamoDBClient, ScanCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DynamoDbInbox, type DynamoDbTransaction } from '../../src/collector/dynamodb/index.ts';
import type { Arrival, InboxAnswer } from '../../src/collector/inbox.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { arrived, createRig, type DynamoDbRig, handle, placed, put } from './dynamodb-inbox-rig.ts';

const dynamodb = useDynamoDb();
const never = new AbortController().signal;

const create = (): Promise<DynamoDbRig> => createRig(dynamodb.client);

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
    const { client, lost } = losing();
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
    const { client, lost } = losing();
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

/** A client that makes two attempts, and to which answers of transactions get lost. */
function losing(): { client: DynamoDBClient; lost: { left: number } } {
  const lost = { left: 0 };
  const client = new DynamoDBClient({
    endpoint: dynamodb.endpoint,
    region: 'us-east-1',
    maxAttempts: 2,
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
