import { totalmem } from 'node:os';
import { type Environment, invalid } from './variables.ts';

const MB = 1024 * 1024;
/** What a worker needs without any publisher, roughly: `workerRssMb` of "idle" in bench/results, less its publishers. */
const WORKER_BYTES = 250 * MB;
/** An idle publisher in the cache: bench/README.md, "idle". */
const PUBLISHER_BYTES = 0.2 * MB;
/** The other half is for what publishers hold when they are not idle, and for activities. */
const SHARE = 0.5;
/** As Temporal's own default has it. */
const FEWEST = 10;
/** Twice what has been measured: a large machine is no reason to keep everything. */
const MOST = 20_000;

/** `EVENT_TOPIC_MAX_CACHED_WORKFLOWS`: a number of workflows. Default: what fits into the memory that the process may use. */
export function readMaxCachedWorkflows(env: Environment, memoryBytes: number = memoryLimit()): number {
  const name = 'EVENT_TOPIC_MAX_CACHED_WORKFLOWS';
  const value = env[name];
  if (!value) return cachedWorkflowsIn(memoryBytes);
  if (/^\d+$/.test(value) && Number(value) !== 1) return Number(value);
  throw invalid(`${name} is not a number of workflows`, {
    details: { [name]: value },
    action: 'Give a whole number from 2, or 0 to cache none; or leave it out',
  });
}

/** How many publishers may stay in the cache of a worker that may use so many bytes. */
export function cachedWorkflowsIn(memoryBytes: number): number {
  const fitting = Math.floor(cacheBytesIn(memoryBytes) / PUBLISHER_BYTES);
  return Math.min(MOST, Math.max(FEWEST, fitting));
}

/** Of so many bytes, those that cached workflows may take; below 0 where not even the worker fits. */
export function cacheBytesIn(memoryBytes: number): number {
  return (memoryBytes - WORKER_BYTES) * SHARE;
}

/** Of the container (cgroup), else of the machine; bytes. */
function memoryLimit(): number {
  // Node.js says 0, or more than there can be, where nothing constrains it.
  return Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
}
