// From an outbox to a relay over the events that it copies, and back again, while two instances of the application go on writing: the
// outbox's poller ends before the first instance stops writing to the outbox. Nothing is lost or reordered.
import { setTimeout as sleep } from 'node:timers/promises';
import { PublishCommand } from '@aws-sdk/client-sns';
import pg from 'pg';
import {
  createMeta,
  defineEventTopic,
  type EventMessage,
  messageDeduplicationId,
  messageGroupId,
} from 'temporal-event-topic';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { EventLogRelay } from 'temporal-event-topic/event-log';
import { PostgresEventLog } from 'temporal-event-topic/event-log/postgres';
import * as z from 'zod';
import { startPostgres } from '../postgres-server.ts';
import { startSystem, until } from './system.ts';

const postgres = await startPostgres();
const pool = new pg.Pool(postgres.database);
await using system = await startSystem();
const { client, sns } = system;
const { topicArn, queueUrl } = system.createTopic('CustomerEventTopic.fifo');

// The application's own tables, as they were before. Both hold the message, so the msgId is the same.
await pool.query(`
  CREATE TABLE events (
    no bigserial PRIMARY KEY, customer text, version int, message json, created timestamptz DEFAULT now(), UNIQUE (customer, version));
  CREATE TABLE outbox (no bigserial PRIMARY KEY, message json)`);

const Customer = defineEventTopic({
  name: 'Customer',
  event: z.object({ type: z.literal('NameChanged'), name: z.string() }),
  ordering: 'position',
});
const eventLog = new PostgresEventLog({
  pool,
  table: 'events',
  columns: { sequence: 'no', id: 'customer', position: 'version', storedAt: 'created' },
  toMessage: ({ message }) => message as EventMessage,
});
await system.runWorker({
  connection: system.connection,
  topics: [{ topic: Customer, publisher: new SnsFifoPublisher({ topicArn, client: sns }), eventLog }],
});

// Two instances write every aggregate by turns, all the time. What is deployed is whether they write to the outbox.
const [one, other] = [{ writesOutbox: true }, { writesOutbox: true }];
const written = new Map([
  ['C-1', 0],
  ['C-2', 0],
  ['C-3', 0],
]);
let isWriting = true;
const writing = Promise.all([...written.keys()].map(write));

async function write(id: string): Promise<void> {
  for (let position = 1; isWriting; position += 1) {
    const event = { type: 'NameChanged', name: `Name ${position}` };
    const message = { id, meta: createMeta({ service: 'shop' }), event, position };
    await store(message, position % 2 === 0 ? other : one);
    written.set(id, position);
    await sleep(60);
  }
}

async function store(message: EventMessage, { writesOutbox }: { writesOutbox: boolean }): Promise<void> {
  const transaction = await pool.connect();
  try {
    await transaction.query('BEGIN');
    await transaction.query('INSERT INTO events (customer, version, message) VALUES ($1, $2, $3)', [
      message.id,
      message.position,
      message,
    ]);
    if (writesOutbox) await transaction.query('INSERT INTO outbox (message) VALUES ($1)', [message]);
    await transaction.query('COMMIT');
  } finally {
    transaction.release();
  }
}

/** Waits until every aggregate has that many events more. */
async function untilWritten(count: number): Promise<void> {
  const before = new Map(written);
  await until(() => [...written].every(([id, position]) => position >= (before.get(id) ?? 0) + count));
}

/** Stands in for the outbox's poller: sends the rows in their order, and deletes them. */
function startPoller(): { stop: () => Promise<void> } {
  let isRunning = true;
  async function poll(): Promise<void> {
    while (isRunning) {
      const { rows } = await pool.query('SELECT no, message FROM outbox ORDER BY no LIMIT 1');
      for (const { no, message } of rows) {
        await send(message);
        await pool.query('DELETE FROM outbox WHERE no = $1', [no]);
      }
      await sleep(2);
    }
  }
  const polling = poll();
  return {
    stop: (): Promise<void> => {
      isRunning = false;
      return polling;
    },
  };
}

async function send(message: EventMessage): Promise<void> {
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Message: JSON.stringify(message),
      MessageGroupId: messageGroupId(message.id),
      MessageDeduplicationId: messageDeduplicationId(message.meta.msgId),
    }),
  );
}

async function countOutbox(): Promise<number> {
  const { rows } = await pool.query('SELECT count(*)::int AS count FROM outbox');
  return rows[0].count;
}

// The outbox is behind, and is not empty while the application writes.
await untilWritten(8);
const poller = startPoller();

// #region outbox-note
// While the poller runs: note the place behind what is stored, and wait until the poller has sent what the outbox held then.
const place = await eventLog.end(AbortSignal.timeout(10_000));
if (place === undefined) throw new Error('Nothing is stored yet: begin at the beginning');
const { rows } = await pool.query('SELECT max(no) AS last FROM outbox');
const isSent = 'SELECT count(*) = 0 AS "isSent" FROM outbox WHERE no <= $1';
await until(async () => (await pool.query(isSent, [rows[0].last])).rows[0].isSent);
// #endregion outbox-note

// #region outbox-begin
// End the poller. When it has ended, begin behind that place; the application goes on writing to the outbox.
await poller.stop();
const begun = new Date().toISOString();
const relay = new EventLogRelay(Customer, { client, mode: 'tail' });
await relay.start({ from: { checkpoint: place } });
// #endregion outbox-begin
await untilWritten(2);
console.log('the relay has begun, and the outbox is not empty:', (await countOutbox()) > 0);

// Now the application is deployed without the insert into the outbox, one instance after the other.
one.writesOutbox = false;
await untilWritten(4);
other.writesOutbox = false;
await untilWritten(4);
console.log('no instance writes to the outbox');

// Back again: the application is deployed with the insert, one instance after the other.
one.writesOutbox = true;
await untilWritten(4);
other.writesOutbox = true;
const at = new Date().toISOString();
await untilWritten(2);

// #region outbox-back
// When every instance writes to the outbox again: what it holds now is the relay's, and what is stored from here on is in it.
const { rows: held } = await pool.query('SELECT no FROM outbox');
const end = await eventLog.end(AbortSignal.timeout(10_000));
await until(async () => String((await relay.status()).checkpoint) >= String(end));
await relay.stop();
// What the relay handed over, and SNS does not have yet, must not be overtaken.
await until(async () => (await relay.verify({ from: begun })).waiting === 0);
await pool.query('DELETE FROM outbox WHERE no = ANY($1)', [held.map(({ no }) => no)]);
const pollerAgain = startPoller();
// #endregion outbox-back
const { missing } = await relay.verify({ from: begun, to: at });
console.log('the poller sends again; the relay has missed:', missing);

await untilWritten(4);
isWriting = false;
await writing;
await until(async () => (await countOutbox()) === 0);
await pollerAgain.stop();

// What comes twice is dropped by its msgId.
const received = new Map<string, EventMessage>();
const total = [...written.values()].reduce((sum, position) => sum + position, 0);
while (received.size < total) {
  for (const { Body = '' } of await system.receive(queueUrl, 1)) {
    const message = JSON.parse(Body) as EventMessage;
    if (!received.has(message.meta.msgId)) received.set(message.meta.msgId, message);
  }
}
for (const [id, last] of written) {
  const positions = [...received.values()].filter((message) => message.id === id).map((m) => m.position);
  const isInOrder = positions.length === last && positions.every((position, index) => position === index + 1);
  console.log(id, 'received:', isInOrder ? 'every event, in order' : positions.join(', '));
}

await pool.end();
await postgres.stop();
