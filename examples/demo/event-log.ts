// A small EventLog: streams of events in a real PostgreSQL, handed to the EventTopic after they are stored.
import { PGlite } from '@electric-sql/pglite';
import { createMeta, type EventMessage } from 'temporal-event-topic';
import type { Append } from './shop.ts';

/** The part of an EventTopic that an EventLog needs. */
export interface PublishTarget {
  publish(messages: readonly EventMessage[]): Promise<void>;
}

export class EventLog {
  readonly #db: PGlite;
  readonly #topics: Readonly<Record<Append['topic'], PublishTarget>>;

  private constructor(db: PGlite, topics: Readonly<Record<Append['topic'], PublishTarget>>) {
    this.#db = db;
    this.#topics = topics;
  }

  static async open(topics: Readonly<Record<Append['topic'], PublishTarget>>): Promise<EventLog> {
    const db = await PGlite.create();
    await db.exec(`create table event_log (
      topic text, id text, position int, msg_id text unique, meta jsonb, event jsonb, primary key (topic, id, position))`);
    return new EventLog(db, topics);
  }

  /** Stores the events behind the aggregate's last one, then publishes them. Resolves when they are accepted. */
  async append({ topic, id, events }: Append): Promise<EventMessage[]> {
    const messages = await this.#db.transaction(async (tx) => {
      const { rows } = await tx.query<{ last: number }>(
        'select coalesce(max(position), 0) as last from event_log where topic = $1 and id = $2',
        [topic, id],
      );
      const last = rows[0]?.last ?? 0;
      const stored = events.map((event, index) => {
        const meta = createMeta({ service: 'shop', user: 'demo' });
        return { id, meta, event, position: last + index + 1 };
      });
      for (const { meta, event, position } of stored) {
        await tx.query('insert into event_log values ($1, $2, $3, $4, $5, $6)', [
          topic,
          id,
          position,
          meta.msgId,
          JSON.stringify(meta),
          JSON.stringify(event),
        ]);
      }
      return stored;
    });
    await this.#topics[topic].publish(messages);
    return messages;
  }

  /** msgIds of every stream in order, by `<topic>/<aggregate id>`: what collectors must have received. */
  async streams(): Promise<Map<string, string[]>> {
    const { rows } = await this.#db.query<{ key: string; msg_ids: string[] }>(
      `select topic || '/' || id as key, array_agg(msg_id order by position) as msg_ids
       from event_log group by topic, id order by 1`,
    );
    return new Map(rows.map(({ key, msg_ids }) => [key, msg_ids]));
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}
