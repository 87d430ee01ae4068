import { quoteTable } from '../../common/sql-names.ts';
import type { PostgresQueries } from './postgres-pool.ts';

export interface WantedTable {
  readonly table: string;
  readonly columns: readonly string[];
  readonly sequence: string;
}

/** What is wrong with the table, all of it, and what to do. */
export async function faultsOfTable(
  queries: PostgresQueries,
  { table, columns, sequence }: WantedTable,
): Promise<readonly string[]> {
  const { rows } = await queries.query(
    `SELECT pg_is_in_recovery() AS "standby", to_regclass($1)::text AS "found",
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped) AS "columns"`,
    [quoteTable(table)],
  );
  const [{ standby, found, columns: present }] = rows as [
    { standby: boolean; found: string | null; columns: string[] },
  ];
  if (found === null)
    return [
      `the database has no table ${table}; createEventLogTable() gives the SQL that makes it, or name your own`,
    ];
  const missing = columns.filter((column) => !present.includes(column));
  return [
    ...(standby
      ? ['the pool leads to a standby, which does not show running transactions; connect to the primary']
      : []),
    ...missing.map((column) => `the table ${table} has no column ${column}; name yours in \`columns\``),
    ...(missing.includes(sequence) ? [] : await faultsOfSequence(queries, table, sequence)),
  ];
}

/** Numbers that a session keeps in stock are drawn long before they are inserted. */
async function faultsOfSequence(
  queries: PostgresQueries,
  table: string,
  column: string,
): Promise<readonly string[]> {
  const { rows } = await queries.query(
    'SELECT seqcache::text AS "cache" FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence($1, $2)::regclass',
    [quoteTable(table), column],
  );
  const cache = Number(rows[0]?.['cache'] ?? 1);
  if (cache === 1) return [];
  return [
    `the sequence of ${table}.${column} has CACHE ${cache}, so numbers do not grow as rows are inserted; ALTER SEQUENCE … CACHE 1`,
  ];
}
