// Causation: listens to every topic, keeps the metadata alone, and tells from it what caused what.
import type { Pool } from 'pg';
import { EventCollector } from 'temporal-event-topic/collector';
import { Fulfilment, Shipment } from './extension-point.ts';
import type { Mail } from './notification.ts';
import type { Shop } from './plugin.ts';
import { Inventory, Order, Payment } from './topics.ts';

export const CAUSATION_TABLE =
  'CREATE TABLE causation (msg_id text PRIMARY KEY, correlation_id text NOT NULL, label text NOT NULL, id text NOT NULL)';

export function createCausation(shop: Shop) {
  return new EventCollector({
    ...shop.queue('Causation'),
    topics: [Order, Inventory, Payment, Fulfilment, Shipment],
    handle: async ({ id, meta }, { transaction, eventType }) => {
      // Whose aggregate it is, for what began the rest.
      const subject = meta.msgId === meta.correlationId ? `${id}: ` : '';
      const label = `${subject}${eventType} (${meta.service})`;
      await transaction.query('INSERT INTO causation VALUES ($1, $2, $3, $4)', [
        meta.msgId,
        meta.correlationId,
        label,
        id,
      ]);
    },
  });
}

/** Something that happened, and the id of what caused it. */
export interface Effect {
  readonly label: string;
  /** Absent: nothing follows from it. */
  readonly msgId?: string;
  readonly correlationId: string;
}

export async function effects(pool: Pool, mails: readonly Mail[]): Promise<readonly Effect[]> {
  const { rows } = await pool.query<Effect>(
    'SELECT msg_id AS "msgId", correlation_id AS "correlationId", label FROM causation ORDER BY id',
  );
  const sent = mails.map(({ to, subject, correlationId }) => ({
    label: `mail to ${to}: ${subject} (notification)`,
    correlationId,
  }));
  return [...rows, ...sent];
}

/** Whether the cause of everything is known, too: events of several topics arrive in any order. */
export function isComplete(all: readonly Effect[]): boolean {
  const known = new Set(all.map(({ msgId }) => msgId));
  return all.every(({ correlationId }) => known.has(correlationId));
}

/** A line for each, indented below its cause. What nothing caused is its own cause. */
export function causationTree(all: readonly Effect[]): readonly string[] {
  const below = (cause: Effect, depth: number): readonly string[] => [
    `${'  '.repeat(depth)}${cause.label}`,
    ...all
      .filter((effect) => effect !== cause && effect.correlationId === cause.msgId)
      .toSorted((a, b) => a.label.localeCompare(b.label))
      .flatMap((effect) => below(effect, depth + 1)),
  ];
  return all
    .filter(({ msgId, correlationId }) => msgId === correlationId)
    .flatMap((root) => [...below(root, 0), '']);
}
