import { SHUTDOWN_GRACE_MS } from '../../../src/common/defaults.ts';

/** What EventTopicWorker chooses when its caller does not, and why. */

/** CPU units, 1,024 to a vCPU. The worker runs workflows on a thread of their own, beside that of its requests. */
export const DEFAULT_CPU = 1_024;

/** MiB. Five times the peak of the busiest worker of bench/; Temporal caches the more workflows, the more there is. */
export const DEFAULT_MEMORY = 2_048;

/** Tasks. One goes on when the other, or the availability zone under it, fails. */
export const DEFAULT_DESIRED_COUNT = 2;

/** Percent. Leaves room for what arrives before a new task is there, about a minute later. */
export const DEFAULT_CPU_PERCENT = 60;

/** Days. Long enough to look into an incident, short enough to cost little. */
export const DEFAULT_LOG_RETENTION_DAYS = 30;

/** Seconds. What the worker gives running activities when it is told to stop. */
const SHUTDOWN_GRACE_SECONDS = SHUTDOWN_GRACE_MS / 1_000;

/** Seconds. A shorter time would kill the worker while it hands its last events over. */
export const MIN_STOP_TIMEOUT_SECONDS = SHUTDOWN_GRACE_SECONDS + 5;

/** Seconds. The grace and time to tell Temporal what became of the activities. Temporal tries again what a killed worker left. */
export const DEFAULT_STOP_TIMEOUT_SECONDS = SHUTDOWN_GRACE_SECONDS + 15;

/** Seconds. The most that Fargate waits. */
export const MAX_STOP_TIMEOUT_SECONDS = 120;

/** uid and gid of the user `node` of Node's official images. */
export const WORKER_USER = '1000:1000';
