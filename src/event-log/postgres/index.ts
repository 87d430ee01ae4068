/**
 * The EventLog in a PostgreSQL table, read with `pg`.
 *
 * @module
 */
export { PostgresEventLog, type PostgresEventLogOptions } from './postgres-event-log.ts';
export type { PostgresConnection, PostgresPool, PostgresQueries } from './postgres-pool.ts';
export {
  createEventLogTable,
  createEventLogWakeUp,
  type PostgresColumns,
  type PostgresMapping,
  type PostgresRow,
} from './table.ts';
