import { describe, isRecord, type KeysOf, optionFaults, wholeFaults } from '../../common/arguments.ts';
import type { EventMessage } from '../../common/message.ts';
import type { Arrival, ForgetOptions, HeldAggregate, Inbox, InboxAggregate, InboxAnswer } from '../inbox.ts';
import { RefusedEvent } from '../refusal.ts';
import { refuseCollector } from '../refuse-collector.ts';
import { type InboxTables, inboxTables } from './inbox-tables.ts';

/** What runs queries: a `pg` Pool, or one of its clients. */
export interface InboxQueries {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: Readonly<Record<string, unknown>>[]; readonly command?: string }>;
}

/** A client of the pool, with a transaction begun. */
export interface InboxConnection extends InboxQueries {
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
  /** With an error the pool closes it. */
  release(error?: Error | boolean): void;
}

/** The part of a `pg` Pool that is used here; `pg` itself is not imported. */
export interface InboxPool extends InboxQueries {
  connect(): Promise<InboxConnection>;
  on?(event: 'error', listener: () => void): unknown;
  listenerCount?(event: 'error'): number;
}

/** What the pool's `connect()` gives, and handlers get. A Pool of `pg` has a second signature, with a callback. */
export type ClientOf<Pool extends InboxPool> = Pool['connect'] extends {
  (): Promise<infer Client extends InboxConnection>;
  (callback: never): unknown;
}
  ? Client
  : InboxConnection;

export interface PostgresInboxOptions<Pool extends InboxPool> {
  /** A `pg` Pool on the database of the read model, with a connection for each aggregate that is handled at the same time. */
  readonly pool: Pool;
  /** First part of the names of its tables, with the schema if need be, as {@link createInboxTables} makes them. Default: `event_inbox`. */
  readonly table?: string;
  /**
   * For how many days a handled msgId is remembered at least, 1 to 3,650, of topics that order by arrival: longer than a queue and its dead-letter queue keep a message. Older ones are deleted now and then.
   * Default: 35.
   */
  readonly rememberDays?: number;
}

const OPTION_KEYS: KeysOf<PostgresInboxOptions<InboxPool>> = {
  pool: true,
  table: true,
  rememberDays: true,
};

const REMEMBER_DAYS = 35;
const never = new AbortController().signal;
const TIDY_EVERY_MS = 60 * 60_000;
const TIDY_ROWS = 10_000;

/**
 * Remembers in the database of the read model. `context.transaction` is the client of a transaction that has begun: what the handler writes with it is committed together with the memory of the event. Leave
 * `BEGIN`, `COMMIT` and `ROLLBACK` to the inbox. Isolation is the database's, `READ COMMITTED` unless you changed it.
 */
export class PostgresInbox<Pool extends InboxPool = InboxPool> implements Inbox<ClientOf<Pool>> {
  readonly #pool: Pool;
  readonly #tables: InboxTables;
  readonly #rememberDays: number;
  #tidyAt = Date.now() + TIDY_EVERY_MS;

  /** Throws `INVALID_COLLECTOR` with every fault of the options. */
  constructor(options: PostgresInboxOptions<Pool>) {
    refuseCollector('The PostgresInbox', faultsOf(options));
    const { pool, table = 'event_inbox', rememberDays = REMEMBER_DAYS } = options;
    this.#pool = pool;
    this.#tables = inboxTables(table);
    this.#rememberDays = rememberDays;
    // One that is idle and breaks would end the process, unless somebody listens; the pool replaces it.
    if (pool.listenerCount?.('error') === 0) pool.on?.('error', alreadyKnown);
  }

  async handle(
    arrival: Arrival,
    run: (transaction: ClientOf<Pool>) => Promise<void>,
    signal: AbortSignal,
  ): Promise<InboxAnswer> {
    refuseNul(arrival);
    const answer = await this.#inTransaction(async (client) => {
      const answer = await this.#admit(client, arrival);
      if (answer.outcome !== 'handled') return answer;
      await run(client);
      return answer.held ? { ...answer, held: await this.#leaveHeld(client, arrival) } : answer;
    }, signal);
    void this.#tidy();
    return answer;
  }

  async hold({ collector, topic, message }: Arrival): Promise<void> {
    const { positions, held } = this.#tables;
    const { id, position } = message;
    await this.transact(async (client) => {
      // Waits for a handler of the aggregate that runs: it sees this when it comes behind, and this sees it when it was before.
      await client.query(
        `INSERT INTO ${positions} AS p (collector, topic, id, position, held) VALUES ($1, $2, $3, 0, true)
         ON CONFLICT (collector, topic, id) DO UPDATE SET held = p.held OR p.position < $4::bigint`,
        [collector, topic, id, position],
      );
      await client.query(
        `INSERT INTO ${held} (collector, topic, id, position, message) SELECT $1, $2, $3, $4::bigint, $5::json
         WHERE $4::bigint > (SELECT position FROM ${positions} WHERE collector = $1 AND topic = $2 AND id = $3) ON CONFLICT DO NOTHING`,
        [collector, topic, id, position, JSON.stringify(message)],
      );
    });
  }

  async nextHeld(
    { collector, topic, id }: InboxAggregate,
    { before }: { readonly before?: number } = {},
  ): Promise<EventMessage | undefined> {
    const { positions, held } = this.#tables;
    const next = `1 + coalesce((SELECT position FROM ${positions} WHERE collector = $1 AND topic = $2 AND id = $3), 0)`;
    const { rows } = await this.#pool.query(
      `SELECT message FROM ${held} WHERE collector = $1 AND topic = $2 AND id = $3
       AND position >= ${next} AND position < coalesce($4::bigint, 1 + ${next}) ORDER BY position LIMIT 1`,
      [collector, topic, id, before ?? null],
    );
    return rows[0]?.['message'] as EventMessage | undefined;
  }

  async held(collector: string, { limit = 100 } = {}): Promise<readonly HeldAggregate[]> {
    const { positions, held } = this.#tables;
    const { rows } = await this.#pool.query(
      `SELECT h.topic, h.id, coalesce(max(p.position), 0) + 1 AS expected, count(*) AS count,
         to_char(min(h.held_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since
       FROM ${held} h LEFT JOIN ${positions} p USING (collector, topic, id)
       WHERE h.collector = $1 GROUP BY h.topic, h.id ORDER BY min(h.held_at) LIMIT $2`,
      [collector, limit],
    );
    return rows.map(({ topic, id, expected, count, since }) => ({
      collector,
      topic: String(topic),
      id: String(id),
      expected: Number(expected),
      count: Number(count),
      since: String(since),
    }));
  }

  async position({ collector, topic, id }: InboxAggregate): Promise<number> {
    const { rows } = await this.#pool.query(
      `SELECT position FROM ${this.#tables.positions} WHERE collector = $1 AND topic = $2 AND id = $3`,
      [collector, topic, id],
    );
    return Number(rows[0]?.['position'] ?? 0);
  }

  async transact(work: (transaction: ClientOf<Pool>) => Promise<void>): Promise<void> {
    await this.#inTransaction(work, never);
  }

  async forget(
    collector: string,
    { topics, transaction }: ForgetOptions<ClientOf<Pool>> = {},
  ): Promise<void> {
    const { positions, messages, held } = this.#tables;
    const forgetIn = async (client: InboxQueries): Promise<void> => {
      // Waits for handlers that run, and lets none begin before all is forgotten.
      await client.query(`LOCK TABLE ${positions}, ${messages} IN SHARE ROW EXCLUSIVE MODE`);
      for (const table of [positions, messages, held])
        await client.query(
          `DELETE FROM ${table} WHERE collector = $1 AND ($2::text[] IS NULL OR topic = ANY($2))`,
          [collector, topics ?? null],
        );
    };
    if (transaction) await forgetIn(transaction);
    else await this.transact(forgetIn);
  }

  /**
   * Takes the event's place, and its lock, before the handler runs: whoever comes with the same event waits here, and then finds it handled.
   */
  async #admit(client: InboxQueries, arrival: Arrival): Promise<InboxAnswer> {
    const { collector, topic, message, ordering, acceptGap = false } = arrival;
    const { positions, messages } = this.#tables;
    if (ordering === 'arrival') {
      const { rows } = await client.query(
        `INSERT INTO ${messages} (collector, topic, msg_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1`,
        [collector, topic, message.meta.msgId],
      );
      return { outcome: rows.length > 0 ? 'handled' : 'duplicate', held: false };
    }
    const key = [collector, topic, message.id, message.position];
    const { rows } = await client.query(
      `INSERT INTO ${positions} AS p (collector, topic, id, position)
       SELECT $1, $2, $3, $4::bigint WHERE $4::bigint = 1 OR $5 OR EXISTS (SELECT FROM ${positions} WHERE collector = $1 AND topic = $2 AND id = $3)
       ON CONFLICT (collector, topic, id) DO UPDATE SET position = EXCLUDED.position
       WHERE p.position = EXCLUDED.position - 1 OR ($5 AND p.position < EXCLUDED.position)
       RETURNING p.held`,
      [...key, acceptGap],
    );
    if (rows.length > 0) return { outcome: 'handled', held: rows[0]?.['held'] === true };
    return await this.#whyNot(client, arrival);
  }

  async #whyNot(client: InboxQueries, { collector, topic, message }: Arrival): Promise<InboxAnswer> {
    const { positions, held } = this.#tables;
    const { rows } = await client.query(
      `SELECT coalesce((SELECT position FROM ${positions} WHERE collector = $1 AND topic = $2 AND id = $3), 0) AS position,
         EXISTS (SELECT FROM ${held} WHERE collector = $1 AND topic = $2 AND id = $3) AS held`,
      [collector, topic, message.id],
    );
    const position = Number(rows[0]?.['position']);
    if ((message.position ?? 0) > position) return { outcome: 'early', expected: position + 1 };
    return { outcome: 'duplicate', held: rows[0]?.['held'] === true };
  }

  /** Whether events wait behind this one. One that was held itself is so no more. */
  async #leaveHeld(client: InboxQueries, { collector, topic, message }: Arrival): Promise<boolean> {
    const { positions, held } = this.#tables;
    const { rows } = await client.query(
      `WITH gone AS (DELETE FROM ${held} WHERE collector = $1 AND topic = $2 AND id = $3 AND position <= $4)
       UPDATE ${positions} SET held = EXISTS (SELECT FROM ${held} WHERE collector = $1 AND topic = $2 AND id = $3 AND position > $4)
       WHERE collector = $1 AND topic = $2 AND id = $3 RETURNING held`,
      [collector, topic, message.id, message.position],
    );
    return rows[0]?.['held'] === true;
  }

  async #inTransaction<Result>(
    work: (client: ClientOf<Pool>) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const client = (await this.#pool.connect()) as ClientOf<Pool>;
    // A connection that breaks says so twice: to its query, and here, where nobody listening would end the process.
    client.on('error', alreadyKnown);
    try {
      await client.query('BEGIN');
      const result = await work(client);
      signal.throwIfAborted();
      const { command } = await client.query('COMMIT');
      // PostgreSQL commits nothing of a transaction in which a statement failed, and says so only by this word.
      if (command === 'ROLLBACK')
        throw new Error(
          'the handler went on after a statement of its transaction had failed; use a savepoint',
        );
      client.release();
      return result;
    } catch (error) {
      // Closed, not rolled back: a handler that was given up may still write on it, and would do so outside of any transaction.
      client.release(true);
      throw error;
    } finally {
      client.off('error', alreadyKnown);
    }
  }

  /** Deletes some of what need not be remembered any more. */
  async #tidy(): Promise<void> {
    if (Date.now() < this.#tidyAt) return;
    this.#tidyAt = Date.now() + TIDY_EVERY_MS;
    const { messages } = this.#tables;
    const old = `SELECT ctid FROM ${messages} WHERE handled_at < now() - $1 * interval '1 day' LIMIT ${TIDY_ROWS}`;
    // The next hour tries again.
    await this.#pool
      .query(`DELETE FROM ${messages} WHERE ctid = ANY(ARRAY(${old}))`, [this.#rememberDays])
      .catch(() => undefined);
  }
}

/** PostgreSQL has no text with that character, and never will: trying again cures nothing. */
function refuseNul({ message }: Arrival): void {
  if ([message.id, message.meta.msgId].some((text) => text?.includes('\0')))
    throw new RefusedEvent('its id or msgId has the character NUL, which PostgreSQL does not take');
}

function alreadyKnown(): void {}

function faultsOf(options: unknown): readonly string[] {
  const shape = optionFaults(options, OPTION_KEYS);
  if (!isRecord(options)) return shape;
  const { pool, table, rememberDays } = options;
  const isPool =
    isRecord(pool) && typeof pool['query'] === 'function' && typeof pool['connect'] === 'function';
  return [
    ...shape,
    ...(isPool ? [] : [`pool is a Pool of pg, not ${describe(pool)}`]),
    ...(table === undefined || (typeof table === 'string' && table !== '')
      ? []
      : [`table is a text that is not empty, not ${describe(table)}`]),
    ...wholeFaults('rememberDays', rememberDays, { from: 1, to: 3_650 }),
  ];
}
