/**
 * Castore's PostgreSQL adapter as an EventLog, read from its own table with `pg`.
 *
 * @module
 */
export { type CastoreEventLogOptions, castoreEventLog } from './castore-event-log.ts';
