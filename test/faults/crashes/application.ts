// One process of an application: appends in transactions and, unless a tail does it, publishes what it has stored, until it is killed.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { createMeta, type EventMessageOf } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { appendAndPublish } from 'temporal-event-topic/event-log';
import { Account, openEventLog, SETTINGS } from './shop.ts';

type Message = EventMessageOf<typeof Account>;

const {
  WRITER = '0',
  DATABASE = '{}',
  TEMPORAL_ADDRESS: address = '',
  ACCOUNTS = '6',
  PUBLISHES = '',
} = process.env;
const writer = Number(WRITER);

// It must not outlive the run.
process.once('disconnect', () => process.exit());

const pool = new pg.Pool({ ...JSON.parse(DATABASE), max: 2 });
const eventLog = openEventLog(pool);
const connection = await Connection.connect({ address });
const topic = new EventTopic(Account, { client: new Client({ connection }), settings: SETTINGS });
process.send?.('ready');

for (;;) {
  const id = `account-${Math.floor(Math.random() * Number(ACCOUNTS))}`;
  const append = (): Promise<readonly Message[]> => appendTo(id);
  try {
    await (PUBLISHES ? appendAndPublish(topic, append) : append());
  } catch (error) {
    // Another writer was quicker at that place.
    if ((error as { code?: string }).code !== '23505') throw error;
  }
  await sleep(Math.random() * 5);
}

async function appendTo(id: string): Promise<readonly Message[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query(
      'SELECT coalesce(max(position), 0) AS last FROM crash_events WHERE id = $1',
      [id],
    );
    const count = 1 + Math.floor(Math.random() * 3);
    const isKept = Math.random() > 0.1;
    const messages = Array.from({ length: count }, (_, index): Message => {
      const meta = createMeta({ service: isKept ? 'kept' : 'rolled back' });
      return {
        id,
        meta,
        event: { type: 'Booked', writer, amount: index },
        position: Number(rows[0].last) + index + 1,
      };
    });
    topic.check(messages);
    await eventLog.append(client, messages);
    await sleep(Math.random() * 10);
    await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
    // Here, above all, it is killed.
    await sleep(Math.random() * 10);
    return isKept ? messages : [];
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
