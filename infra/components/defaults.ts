/** What the components choose when their caller does not, and why. */

/**
 * Seconds. Twice what SQS itself takes: long enough for a batch that waits for a database once, short enough that the aggregate of
 * a crashed collector goes on within a minute.
 */
export const DEFAULT_VISIBILITY_TIMEOUT_SECONDS = 60;

/**
 * High, because setting an event aside costs the order of its aggregate: with the default visibility timeout a collector may fail
 * for more than an hour and a half before that happens, and the alarm goes off long before. `docs/decisions/late-set-aside.md`.
 */
export const DEFAULT_MAX_RECEIVE_COUNT = 100;

/** Seconds, the most that SQS waits: a consumer that does not ask for long polling would pay for thousands of empty answers an hour. */
export const LONG_POLLING_SECONDS = 20;

/** 14 days in seconds, the longest that SQS keeps a message: an event that nobody handled must not expire while somebody repairs. */
export const MESSAGE_RETENTION_SECONDS = 1_209_600;

/** How often the timeout of a Lambda function the visibility timeout is, at least: AWS's advice, besides the batching window. */
export const LAMBDA_VISIBILITY_FACTOR = 6;

/** The most that SQS hands out at once, and that a FIFO queue gives a function: an invocation costs the same for one as for ten. */
export const DEFAULT_BATCH_SIZE = 10;

/** Seconds. Longer than handling takes and a short outage, so that the alarm means that a collector does not keep up. */
export const DEFAULT_MAX_AGE_SECONDS = 900;

/** Days, the longest that KMS waits before it deletes a key: what the key encrypted cannot be read afterwards. */
export const KEY_DELETION_DAYS = 30;

/** Days. Long enough to look into a failed delivery, short enough to cost little. */
export const DEFAULT_DELIVERY_LOG_RETENTION_DAYS = 30;

/**
 * Days for which the body of a large event may be asked for once it was published: those that it may wait in a queue, those that it
 * may wait in that queue's dead-letter queue, and one for clocks and the time at which S3 looks for what has expired.
 */
export const MIN_CLAIM_CHECK_DAYS = 29;

/** Days. The minimum, and two months for events that waited in Temporal: parked, or through an outage. */
export const DEFAULT_CLAIM_CHECK_DAYS = 90;

/** Days. The longest that S3 keeps an object by a rule of ours: ten years. */
export const MAX_CLAIM_CHECK_DAYS = 3_650;
