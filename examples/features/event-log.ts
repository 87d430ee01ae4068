// The EventLog's end, on a real PostgreSQL: what is stored is published, although the process dies before it comes to that.
import pg from 'pg';
// #region imports
import { createMeta, defineEventTopic, type EventMessageOf } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { appendAndPublish, EventLogRelay } from 'temporal-event-topic/event-log';
import {
  createEventLogTable,
  createEventLogWakeUp,
  PostgresEventLog,
} from 'temporal-event-topic/event-log/postgres';
// #endregion imports
import { InMemoryPublisher } from 'temporal-event-topic/testing';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { startPostgres } from '../postgres-server.ts';
import { Customer as CustomerByArrival, renamed } from './customer.ts';
import { startSystem, until } from './system.ts';

const { event } = CustomerByArrival;
// #region define
const Customer = defineEventTopic({ name: 'Customer', event, ordering: 'position' });
// #endregion define
type CustomerMessage = EventMessageOf<typeof Customer>;

const postgres = await startPostgres();
const pool = new pg.Pool(postgres.database);
const publisher = new InMemoryPublisher();
await using system = await startSystem();
const { client, connection } = system;

// #region table
await pool.query(createEventLogTable());
await pool.query(createEventLogWakeUp());
const eventLog = new PostgresEventLog({ pool, topic: 'Customer', channel: 'event_log_wake' });
// #endregion table

// #region worker
const worker = await createEventTopicWorker({
  connection,
  topics: [{ topic: Customer, publisher, eventLog }],
});
// #endregion worker
system.run(worker);

// #region sweep
const relay = new EventLogRelay(Customer, { client, mode: 'sweep', everyMs: 500, graceMs: 500 });
await relay.start({ from: 'beginning' });
// #endregion sweep

// #region append
const topic = new EventTopic(Customer, { client });

async function rename(id: string, version: number, name: string): Promise<boolean> {
  const event = { type: 'NameChanged', name } as const;
  const message: CustomerMessage = { id, meta: createMeta({ service: 'shop' }), event, position: version };
  // Before it is stored: afterwards nobody can refuse it.
  topic.check([message]);
  const { published } = await appendAndPublish(topic, async () => {
    const transaction = await pool.connect();
    try {
      await transaction.query('BEGIN');
      await eventLog.append(transaction, [message]);
      // … and whatever else belongs to it.
      await transaction.query('COMMIT');
      return [message];
    } catch (error) {
      await transaction.query('ROLLBACK');
      throw error;
    } finally {
      transaction.release();
    }
  });
  return published;
}
// #endregion append

console.log('1 stored and published:', await rename('C-1', 1, 'Ada'));

// A process that dies here has stored 2, and published nothing.
await eventLog.append(pool, [{ ...renamed('C-1', 'C-1/2', 'Ada L.'), position: 2 }]);
console.log('2 stored, and its process dies');
console.log('3 stored and published:', await rename('C-1', 3, 'Ada Lovelace'));
await until(() => publisher.messages.length === 3);
console.log('published:', publisher.messages.map(({ position }) => position).join(', '));
await until(async () => {
  const { totals, lag } = await relay.status();
  return totals.healed === 1 && lag?.seconds === 0;
});

// #region verify
const { checked, published, missing, holes } = await relay.verify();
// #endregion verify
console.log('verified:', { checked, published, missing, holes });
await relay.stop();

// #region tail
const tail = new EventLogRelay(Customer, { client, mode: 'tail' });
await tail.start();
// #endregion tail
await eventLog.append(pool, [{ ...renamed('C-2', 'C-2/1'), position: 1 }]);
await until(() => publisher.messages.length === 4);
console.log('published by the tail:', publisher.messages.at(-1)?.id);
// #region status
const { state, lag, totals } = await tail.stop();
// #endregion status
console.log('tail:', state, 'behind:', lag?.seconds, 'published:', totals.published);

// #region republish
const republish = await topic.republish(
  { ids: ['C-1'], fromPosition: 2 },
  { actor: 'ada', reason: 'a new read model', audience: 'Search', rate: 50 },
);
const { published: again } = await republish.result();
// #endregion republish
console.log('sent again:', again);

await eventLog.close();
await pool.end();
await postgres.stop();
