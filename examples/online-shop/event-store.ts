import type { Pool, PoolClient } from 'pg';
import {
  createMeta,
  createMetaCausedBy,
  type EventMessage,
  type EventMessageOf,
  type EventTopicDefinition,
} from 'temporal-event-topic';
import { PostgresEventLog } from 'temporal-event-topic/event-log/postgres';
import * as z from 'zod';

/** One event to store, and why: the message that caused it, or the user who wanted it. */
export type Next<Topic extends EventTopicDefinition> = {
  readonly id: string;
  readonly event: EventMessageOf<Topic>['event'];
} & ({ readonly cause: EventMessage } | { readonly user: string });

/** The events of one aggregate type, stored by one participant. What is stored, a relay publishes. */
export class EventStore<Topic extends EventTopicDefinition> {
  readonly topic: Topic;
  readonly eventLog: PostgresEventLog;
  readonly #service: string;

  constructor(topic: Topic, { pool, service }: { readonly pool: Pool; readonly service: string }) {
    this.topic = topic;
    this.#service = service;
    this.eventLog = new PostgresEventLog({ pool, topic: topic.name, channel: 'event_log_wake' });
  }

  /**
   * Stores an event behind the aggregate's last one, in a transaction of the caller. Of two that do so at the same time one fails, for
   * a position is there once: its event is handled again.
   */
  async append(transaction: PoolClient, next: Next<Topic>): Promise<void> {
    const { id, event } = next;
    // Here it can still be refused; once it is stored, its aggregate would park at it.
    z.parse(this.topic.event, event);
    const { rows } = await transaction.query<{ position: number }>(
      'SELECT coalesce(max(position), 0)::int + 1 AS position FROM event_log WHERE topic = $1 AND id = $2',
      [this.topic.name, id],
    );
    const service = this.#service;
    const meta =
      'cause' in next
        ? createMetaCausedBy(next.cause, { service })
        : createMeta({ service, user: next.user });
    await this.eventLog.append(transaction, [{ id, meta, event, position: rows[0]?.position ?? 1 }]);
  }
}
