import { inspect } from 'node:util';
import { DefaultLogger, type LogEntry, type Logger, type LogLevel } from '@temporalio/worker';
import type { LogFormat } from './environment/log-settings.ts';

const LINE_BREAKS = /[\r\n\u0085\u2028\u2029]+/g;

export interface LoggerOptions {
  readonly logFormat: LogFormat;
  readonly logLevel: LogLevel;
}

/** Logs to stderr, one line per entry: readable text, or JSON. */
export function createLogger({ logFormat, logLevel }: LoggerOptions): Logger {
  const format = logFormat === 'json' ? toJson : toText;
  return new DefaultLogger(logLevel, (entry) => {
    process.stderr.write(`${format(withoutTasks(entry)).replaceAll(LINE_BREAKS, ' ')}\n`);
  });
}

/** At this level the SDK shows whole tasks of Temporal's, and events are in them: only ids, numbers and texts are left. */
function withoutTasks(entry: LogEntry): LogEntry {
  if (entry.level !== 'TRACE' || entry.meta === undefined) return entry;
  const scalars = Object.entries(entry.meta).filter(([, value]) => isScalar(value));
  return { ...entry, meta: Object.fromEntries(scalars) };
}

// Where the entry comes from says nothing to a reader of text: there is one worker in the process.
const LEFT_OUT_OF_TEXT = new Set([
  'sdkComponent',
  'namespace',
  'taskQueue',
  'taskToken',
  'workflowType',
  'activityType',
]);

function toText({ level, timestampNanos, message, meta = {} }: LogEntry): string {
  const facts = Object.entries(meta)
    .filter(([key, value]) => !LEFT_OUT_OF_TEXT.has(key) && key !== 'error' && value !== undefined)
    .map(([key, value]) => `${key}=${plain(value)}`);
  const error = 'error' in meta ? `: ${plain(meta['error'])}` : '';
  const context = facts.length > 0 ? ` [${facts.join(' ')}]` : '';
  return `${time(timestampNanos)} ${level.padEnd(5)} ${message}${error}${context}`;
}

function toJson({ level, timestampNanos, message, meta = {} }: LogEntry): string {
  const values = Object.entries(meta)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, isScalar(value) ? value : plain(value)]);
  return JSON.stringify({ ...Object.fromEntries(values), time: time(timestampNanos), level, message });
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** Any value on one line. An error is its message: where it was thrown helps nobody who runs a worker. */
function plain(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === 'string'
    ? value
    : inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true });
}

function time(nanos: bigint): string {
  return new Date(Number(nanos / 1_000_000n)).toISOString();
}
