import type { PostgresRow } from './table.ts';

/** What runs queries: a `pg` Pool, or one of its clients inside a transaction. */
export interface PostgresQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: PostgresRow[] }>;
}

/** The part of a `pg` Pool that is used here; `pg` itself is not imported. */
export interface PostgresPool extends PostgresQueries {
  connect(): Promise<PostgresConnection>;
}

/** A connection of its own, for LISTEN. */
export interface PostgresConnection extends PostgresQueries {
  on(event: 'notification' | 'error' | 'end', listener: () => void): unknown;
  /** With an error the pool closes it. */
  release(error?: Error | boolean): void;
}
