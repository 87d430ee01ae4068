import { describe, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { Checkpoint, EventLog, ReadAllOptions, StoredEvent } from '../../common/event-log.ts';
import type { EventMessage } from '../../common/message.ts';
import { quote, quoteTable } from '../../common/sql-names.ts';
import { faultsOfTable } from './check-table.ts';
import { toCheckpoint, toPlace } from './checkpoint.ts';
import type { PostgresPool, PostgresQueries } from './postgres-pool.ts';
import { SettledReader } from './settled-reader.ts';
import type { PostgresColumns, PostgresMapping, PostgresRow } from './table.ts';
import { WakeUp } from './wake-up.ts';

export interface PostgresEventLogOptions extends PostgresMapping {
  /** A `pg` Pool, or another with the same methods, on the primary: a standby does not show which transactions are running. */
  readonly pool: PostgresPool;
  /** The table, with its schema if need be: `shop.events`. Default: `event_log`, as {@link createEventLogTable} makes it. */
  readonly table?: string;
  /** Only the rows whose column `topic` has this text, the EventTopic's name; {@link PostgresEventLog.append} writes it. Default: all rows. */
  readonly topic?: string;
  /**
   * Channel on which the table's trigger notifies ({@link createEventLogWakeUp} makes `<table>_wake`). Takes one connection of the pool for good.
   * Default: none; relays look once in a while.
   */
  readonly channel?: string;
}

const OPTION_KEYS: KeysOf<PostgresEventLogOptions> = {
  pool: true,
  table: true,
  topic: true,
  channel: true,
  columns: true,
  where: true,
  toMessage: true,
};

const COLUMN_KEYS: KeysOf<PostgresColumns> = { sequence: true, id: true, position: true, storedAt: true };

const STREAM_PAGE = 500;

/**
 * The EventLog in a PostgreSQL table: the shipped one, or one of your own. Tested with PostgreSQL 18; uses nothing that 12 does not have.
 *
 * `readAll` orders by the sequence number, and gives no event while a transaction runs that may still commit a lower one: it takes the
 * highest number that it sees, then looks which transactions hold a lock for writing on the table, as each that has inserted does until it
 * ends, and reads when all of those have ended. Only writers of this table hold it back, however long others run.
 */
export class PostgresEventLog implements EventLog {
  readonly #options: PostgresEventLogOptions;
  readonly #columns: PostgresColumns;
  readonly #table: string;
  readonly #reader: SettledReader;
  readonly #wakeUp: WakeUp | undefined;

  /** Throws `INVALID_EVENT_LOG` with every fault of the options. */
  constructor(options: PostgresEventLogOptions) {
    refuseFaults(faultsOf(options));
    const { pool, table = 'event_log', columns, channel } = options;
    this.#options = options;
    this.#table = table;
    this.#columns = {
      sequence: 'sequence',
      id: 'id',
      position: 'position',
      storedAt: 'stored_at',
      ...columns,
    };
    this.#reader = new SettledReader(pool, {
      table,
      sequence: this.#columns.sequence,
      storedAt: this.#columns.storedAt,
      filter: this.#filter(),
    });
    this.#wakeUp = channel === undefined ? undefined : new WakeUp(pool, channel);
  }

  async *readAll(
    after: Checkpoint | undefined,
    { limit, signal }: ReadAllOptions,
  ): AsyncGenerator<StoredEvent> {
    const rows = await this.#reader.read(toPlace(this.#table, after), limit, signal);
    for (const { place, storedAt, row } of rows) {
      yield { checkpoint: toCheckpoint(this.#table, place), storedAt, message: this.#toMessage(row) };
    }
  }

  async *readStream(id: string, fromPosition: number): AsyncGenerator<EventMessage> {
    const position = quote(this.#columns.position);
    const { text, values } = this.#filter();
    const query = `SELECT * FROM ${quoteTable(this.#table)} t WHERE ${quote(this.#columns.id)} = $1 AND ${position} >= $2
      AND ${text(3)} ORDER BY ${position} LIMIT ${STREAM_PAGE}`;
    let from = fromPosition;
    for (;;) {
      const { rows } = await this.#options.pool.query(query, [id, from, ...values]);
      for (const row of rows) {
        yield this.#toMessage(row);
        from = Number(row[this.#columns.position]) + 1;
      }
      if (rows.length < STREAM_PAGE) return;
    }
  }

  /**
   * Inserts messages, each with its position, into the shipped table: in a transaction of yours, by its client. What two writers append at
   * the same place fails for one of them (SQLSTATE 23505). Throws `INVALID_EVENT_LOG` when the EventLog has no `topic`.
   */
  async append(transaction: PostgresQueries, messages: readonly EventMessage[]): Promise<void> {
    const { topic } = this.#options;
    if (topic === undefined)
      refuseFaults(['append() needs to know the topic: give the EventLog its `topic`']);
    await transaction.query(
      `INSERT INTO ${quoteTable(this.#table)} (topic, id, position, msg_id, meta, event)
       SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[], $5::json[], $6::json[])`,
      [
        topic,
        messages.map(({ id }) => id),
        messages.map(({ position }) => position),
        messages.map(({ meta }) => meta.msgId),
        messages.map(({ meta }) => JSON.stringify(meta)),
        messages.map(({ event }) => JSON.stringify(event)),
      ],
    );
  }

  async check(): Promise<void> {
    const { pool, topic, toMessage } = this.#options;
    const shipped = toMessage === undefined ? ['meta', 'event'] : [];
    const columns = [...Object.values(this.#columns), ...(topic === undefined ? [] : ['topic']), ...shipped];
    refuseFaults(
      await faultsOfTable(pool, { table: this.#table, columns, sequence: this.#columns.sequence }),
    );
  }

  async end(signal: AbortSignal): Promise<Checkpoint | undefined> {
    const place = await this.#reader.end(signal);
    return place === undefined ? undefined : toCheckpoint(this.#table, place);
  }

  async countAfter(after: Checkpoint | undefined): Promise<number> {
    return this.#reader.countAfter(toPlace(this.#table, after));
  }

  async untilNew(signal: AbortSignal): Promise<void> {
    if (this.#wakeUp) return this.#wakeUp.next(signal);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  describe(): string {
    const { topic } = this.#options;
    return `PostgreSQL table ${this.#table}${topic === undefined ? '' : `, topic ${topic}`}`;
  }

  /** Gives the connection back that listens, if any. The pool is yours to end. */
  async close(): Promise<void> {
    await this.#wakeUp?.close();
  }

  #filter(): { text: (first: number) => string; values: readonly unknown[] } {
    const { topic, where } = this.#options;
    const own = where === undefined ? 'TRUE' : `(${where})`;
    if (topic === undefined) return { text: () => own, values: [] };
    return { text: (first) => `t.topic = $${first} AND ${own}`, values: [topic] };
  }

  #toMessage(row: PostgresRow): EventMessage {
    const { toMessage } = this.#options;
    if (toMessage) return toMessage(row);
    const { id, position } = this.#columns;
    return {
      id: String(row[id]),
      meta: row['meta'] as EventMessage['meta'],
      event: row['event'],
      position: Number(row[position]),
    };
  }
}

function faultsOf(options: unknown): readonly string[] {
  const shape = optionFaults(options, OPTION_KEYS);
  if (!isRecord(options)) return shape;
  const { pool, columns = {}, toMessage } = options;
  const texts = ['table', 'topic', 'channel', 'where'].filter((key) => !isOptionalText(options[key]));
  const isPool =
    isRecord(pool) && typeof pool['query'] === 'function' && typeof pool['connect'] === 'function';
  const names = isRecord(columns) ? Object.entries(columns).filter(([, name]) => !isOptionalText(name)) : [];
  return [
    ...shape,
    ...(isPool ? [] : [`pool is a Pool of pg, not ${describe(pool)}`]),
    ...texts.map((key) => `${key} is a text that is not empty, not ${describe(options[key])}`),
    ...optionFaults(columns, COLUMN_KEYS, 'columns'),
    ...names.map(([key, name]) => `columns.${key} is the name of a column, not ${describe(name)}`),
    ...(toMessage === undefined || typeof toMessage === 'function'
      ? []
      : [`toMessage is a function, not ${describe(toMessage)}`]),
  ];
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '');
}

function refuseFaults(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_EVENT_LOG', `The PostgresEventLog is wrong: ${faults.join('; ')}`, {
    action: 'Correct it; nothing was read or written',
  });
}
