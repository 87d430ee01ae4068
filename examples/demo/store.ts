// The shop's EventLog: one table of a real PostgreSQL, which the application writes and worker and relay read.
import type { Pool } from 'pg';
import { createMeta, type EventMessage } from 'temporal-event-topic';
import {
  createEventLogTable,
  createEventLogWakeUp,
  PostgresEventLog,
} from 'temporal-event-topic/event-log/postgres';
import type { Append } from './shop.ts';

export type EventLogs = Readonly<Record<Append['topic'], PostgresEventLog>>;

export async function createTable(pool: Pool): Promise<void> {
  await pool.query(createEventLogTable());
  await pool.query(createEventLogWakeUp());
}

export function openEventLogs(pool: Pool): EventLogs {
  return {
    Customer: new PostgresEventLog({ pool, topic: 'Customer' }),
    Order: new PostgresEventLog({ pool, topic: 'Order' }),
  };
}

/** Stores the events behind the aggregate's last one, in one transaction. */
export async function store(
  pool: Pool,
  eventLogs: EventLogs,
  { topic, id, events }: Append,
): Promise<EventMessage[]> {
  const transaction = await pool.connect();
  try {
    await transaction.query('BEGIN');
    const { rows } = await transaction.query<{ last: string }>(
      'SELECT coalesce(max(position), 0) AS last FROM event_log WHERE topic = $1 AND id = $2',
      [topic, id],
    );
    const last = Number(rows[0]?.last);
    const messages = events.map((event, index) => ({
      id,
      meta: createMeta({ service: 'shop', user: 'demo' }),
      event,
      position: last + index + 1,
    }));
    await eventLogs[topic].append(transaction, messages);
    await transaction.query('COMMIT');
    return messages;
  } catch (error) {
    await transaction.query('ROLLBACK');
    throw error;
  } finally {
    transaction.release();
  }
}

/** msgIds of every stream in order, by `<topic>/<aggregate id>`: what collectors must have received. */
export async function streams(pool: Pool): Promise<Map<string, string[]>> {
  const { rows } = await pool.query<{ key: string; msg_ids: string[] }>(
    `SELECT topic || '/' || id AS key, array_agg(msg_id ORDER BY position) AS msg_ids
     FROM event_log GROUP BY topic, id ORDER BY 1`,
  );
  return new Map(rows.map(({ key, msg_ids }) => [key, msg_ids]));
}
