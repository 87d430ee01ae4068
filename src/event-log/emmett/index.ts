/**
 * Emmett's PostgreSQL event store as an EventLog, read from its own table with `pg`.
 *
 * @module
 */
export { createEmmettIndex, type EmmettEventLogOptions, emmettEventLog } from './emmett-event-log.ts';
