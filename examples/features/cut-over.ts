// From direct SNS publishing to a relay over the table that is there: nothing is lost, reordered or received twice.
import { PublishCommand } from '@aws-sdk/client-sns';
import pg from 'pg';
import {
  defineEventTopic,
  type EventMessage,
  messageDeduplicationId,
  messageGroupId,
} from 'temporal-event-topic';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { EventLogRelay } from 'temporal-event-topic/event-log';
import { PostgresEventLog, type PostgresRow } from 'temporal-event-topic/event-log/postgres';
import * as z from 'zod';
import { startPostgres } from '../postgres-server.ts';
import { startSystem } from './system.ts';

const postgres = await startPostgres();
const pool = new pg.Pool(postgres.database);
await using system = await startSystem();
const { client, sns } = system;
const { topicArn, queueUrl } = system.createTopic('CustomerEventTopic.fifo');

// The application's own table, as it was before.
await pool.query(`CREATE TABLE events (
  no bigserial PRIMARY KEY, customer text, version int, kind text, body jsonb, event_id uuid DEFAULT gen_random_uuid(),
  created timestamptz DEFAULT now(), UNIQUE (customer, version))`);

// #region own-table
const eventLog = new PostgresEventLog({
  pool,
  table: 'events',
  columns: { sequence: 'no', id: 'customer', position: 'version', storedAt: 'created' },
  where: `kind <> 'Snapshot'`,
  toMessage,
});

function toMessage({ customer, version, kind, body, event_id, created }: PostgresRow): EventMessage {
  const msgId = String(event_id);
  const meta = {
    service: 'shop',
    time: (created as Date).toISOString(),
    ip: '',
    user: '',
    msgId,
    correlationId: msgId,
  };
  return {
    id: String(customer),
    meta,
    event: { type: kind, ...(body as object) },
    position: Number(version),
  };
}
// #endregion own-table

const Customer = defineEventTopic({
  name: 'Customer',
  event: z.object({ type: z.literal('NameChanged'), name: z.string() }),
  ordering: 'position',
});
await system.runWorker({
  connection: system.connection,
  topics: [{ topic: Customer, publisher: new SnsFifoPublisher({ topicArn, client: sns }), eventLog }],
});

// The old way: what is stored is sent to SNS by the application.
const versions = new Map<string, number>();
async function append(customer: string, name: string): Promise<EventMessage> {
  const version = (versions.get(customer) ?? 0) + 1;
  versions.set(customer, version);
  const { rows } = await pool.query(
    `INSERT INTO events (customer, version, kind, body) VALUES ($1, $2, 'NameChanged', $3) RETURNING *`,
    [customer, version, { name }],
  );
  return toMessage(rows[0]);
}

async function appendAndSend(customer: string, name: string): Promise<void> {
  const message = await append(customer, name);
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Message: JSON.stringify(message),
      MessageGroupId: messageGroupId(message.id),
      MessageDeduplicationId: messageDeduplicationId(message.meta.msgId),
    }),
  );
}

for (const name of ['Ada', 'Ada K.']) await appendAndSend('C-1', name);
await appendAndSend('C-2', 'Grace');

// #region note
// While the old way still runs: note the place behind what is stored.
const place = await eventLog.end(AbortSignal.timeout(10_000));
if (place === undefined) throw new Error('Nothing is stored yet: begin at the beginning');
// #endregion note
console.log('noted:', place);

// The old way goes on until the deployment that ends it.
await appendAndSend('C-1', 'Ada L.');
await appendAndSend('C-2', 'Grace H.');

// The application is deployed without the old way: it only stores.
await append('C-1', 'Ada Lovelace');

// #region begin
// When the old way has ended everywhere: begin behind that place. What the old way sent since is sent again.
const relay = new EventLogRelay(Customer, { client, mode: 'tail' });
await relay.start({ from: { checkpoint: place } });
// #endregion begin

await append('C-2', 'Grace Hopper');
const received = (await system.receive(queueUrl, 7)).map(({ Body = '' }) => JSON.parse(Body) as EventMessage);
for (const id of ['C-1', 'C-2'])
  console.log(
    id,
    'received:',
    received
      .filter((message) => message.id === id)
      .map(({ position }) => position)
      .join(', '),
  );

// #region back
// Back again: stop the relay, and let the old way begin behind the place where it stood.
const { checkpoint, totals } = await relay.stop();
// #endregion back
console.log('the relay stood at:', checkpoint, 'and had handed over', totals.published);

await pool.end();
await postgres.stop();
