import { setTimeout as sleep } from 'node:timers/promises';
import { quote, quoteTable } from '../../common/sql-names.ts';
import type { Place } from './checkpoint.ts';
import type { PostgresPool } from './postgres-pool.ts';
import type { PostgresRow } from './table.ts';

export interface SettledSource {
  readonly table: string;
  readonly sequence: string;
  readonly storedAt: string;
  /** Which rows: a condition over the table as `t`, whose parameters begin at that number. */
  readonly filter: { readonly text: (first: number) => string; readonly values: readonly unknown[] };
}

export interface SettledRow {
  readonly place: Place;
  readonly storedAt: string;
  readonly row: PostgresRow;
}

/** Rows up to a place, of which some may not be seen yet: transactions run that may have inserted there. */
interface Horizon {
  readonly place: Place;
  /** Ids of those that have not ended. */
  readonly writers: readonly string[];
}

const POLL_MS = { first: 1, most: 50 } as const;

/** Reads rows in the order of their sequence numbers, and none before every lower number is settled: committed, or gone. */
export class SettledReader {
  readonly #pool: PostgresPool;
  readonly #source: SettledSource;
  readonly #from: string;
  // Kept when a read is given up, and waited for in the next one: with a new one each time, writers that overlap could hold
  // back the reader for ever.
  #horizon: Horizon | undefined;

  constructor(pool: PostgresPool, source: SettledSource) {
    this.#pool = pool;
    this.#source = source;
    this.#from = `FROM ${quoteTable(source.table)} t`;
  }

  async read(after: Place | undefined, limit: number, signal: AbortSignal): Promise<readonly SettledRow[]> {
    const horizon = await this.#settled(after, limit, signal);
    if (horizon === undefined) return [];
    const { text, values } = this.#source.filter;
    const sequence = `t.${quote(this.#source.sequence)}`;
    const { rows } = await this.#pool.query(
      `SELECT t.*, ${sequence}::text AS "_place",
         to_char(t.${quote(this.#source.storedAt)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "_stored_at"
       ${this.#from} WHERE ${sequence} > $1 AND ${sequence} <= $2 AND ${text(4)} ORDER BY ${sequence} LIMIT $3`,
      [after ?? LOWEST, horizon, limit, ...values],
    );
    return rows.map(({ _place: place, _stored_at: storedAt, ...row }) => ({
      place: String(place),
      storedAt: String(storedAt),
      row,
    }));
  }

  /** The highest number that is settled. */
  async end(signal: AbortSignal): Promise<Place | undefined> {
    const { text, values } = this.#source.filter;
    const horizon = await this.#look(
      `SELECT max(t.${quote(this.#source.sequence)}) ${this.#from} WHERE ${text(1)}`,
      values,
    );
    return horizon && this.#untilSettled(horizon, signal);
  }

  async countAfter(after: Place | undefined): Promise<number> {
    const { text, values } = this.#source.filter;
    const { rows } = await this.#pool.query(
      `SELECT count(*)::text AS "count" ${this.#from} WHERE t.${quote(this.#source.sequence)} > $1 AND ${text(2)}`,
      [after ?? LOWEST, ...values],
    );
    return Number(rows[0]?.['count'] ?? 0);
  }

  /** Up to where rows can be read, at most as far as `limit` of them go. */
  async #settled(after: Place | undefined, limit: number, signal: AbortSignal): Promise<Place | undefined> {
    const isBehind = this.#horizon && BigInt(this.#horizon.place) <= BigInt(after ?? LOWEST);
    if (isBehind) this.#horizon = undefined;
    this.#horizon ??= await this.#nextHorizon(after, limit);
    const place = this.#horizon && (await this.#untilSettled(this.#horizon, signal));
    this.#horizon = undefined;
    return place;
  }

  #nextHorizon(after: Place | undefined, limit: number): Promise<Horizon | undefined> {
    const { text, values } = this.#source.filter;
    const sequence = `t.${quote(this.#source.sequence)}`;
    const page = `SELECT ${sequence} AS place ${this.#from} WHERE ${sequence} > $1 AND ${text(3)} ORDER BY ${sequence} LIMIT $2`;
    return this.#look(`SELECT max(place) FROM (${page}) page`, [after ?? LOWEST, limit, ...values]);
  }

  /**
   * One statement: PostgreSQL takes its snapshot first, and looks at the locks later. Whoever drew a number below one that the snapshot shows
   * held its lock already when that one was drawn. If it does not hold it any more it has ended, and what it committed is seen by the next snapshot.
   */
  async #look(place: string, values: readonly unknown[]): Promise<Horizon | undefined> {
    const { rows } = await this.#pool.query(
      `SELECT (${place})::text AS "place", ARRAY(SELECT ${WRITER} FROM pg_locks l WHERE ${this.#isWriter()}) AS "writers"`,
      [...values],
    );
    const [row] = rows;
    if (typeof row?.['place'] !== 'string') return undefined;
    return { place: row['place'], writers: row['writers'] as string[] };
  }

  async #untilSettled({ place, writers }: Horizon, signal: AbortSignal): Promise<Place> {
    let running = writers;
    for (let delay: number = POLL_MS.first; running.length > 0; delay = Math.min(delay * 2, POLL_MS.most)) {
      await sleep(delay, undefined, { signal });
      const { rows } = await this.#pool.query(
        `SELECT ${WRITER} AS "writer" FROM pg_locks l WHERE ${this.#isWriter()} AND ${WRITER} = ANY($1)`,
        [[...running]],
      );
      running = rows.map(({ writer }) => String(writer));
    }
    return place;
  }

  #isWriter(): string {
    const table = `'${quoteTable(this.#source.table).replaceAll("'", "''")}'::regclass`;
    return `l.locktype = 'relation' AND l.mode = 'RowExclusiveLock' AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.relation = ${table} OR l.relation IN (SELECT relid FROM pg_partition_tree(${table})))`;
  }
}

/** Never used twice: a process and its transactions counted, or a prepared transaction's id. */
const WRITER = 'l.virtualtransaction';

const LOWEST = '-9223372036854775808';
