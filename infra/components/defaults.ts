/** What the components choose when their caller does not, and why. */

/**
 * Seconds. Twice what SQS itself takes: long enough for a batch that waits for a database once, short enough that the aggregate of
 * a crashed collector goes on within a minute.
 */
export const DEFAULT_VISIBILITY_TIMEOUT_SECONDS = 60;

/**
 * High, because setting an event aside costs the order of its aggregate: with the default visibility timeout a collector may fail
 * for more than an hour and a half before that happens.
 */
export const DEFAULT_MAX_RECEIVE_COUNT = 100;

/** 14 days in seconds, the longest that SQS keeps a message: an event that nobody handled must not expire while somebody repairs. */
export const MESSAGE_RETENTION_SECONDS = 1_209_600;
