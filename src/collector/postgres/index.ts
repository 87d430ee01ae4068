/**
 * The inbox of a collector in PostgreSQL, used with `pg`.
 *
 * @module
 */
export { createInboxTables } from './inbox-tables.ts';
export {
  type ClientOf,
  type InboxConnection,
  type InboxPool,
  type InboxQueries,
  PostgresInbox,
  type PostgresInboxOptions,
} from './postgres-inbox.ts';
