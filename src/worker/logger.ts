import { inspect } from 'node:util';
import { DefaultLogger, type LogEntry, type Logger, type LogLevel } from '@temporalio/worker';
import { EventTopicError } from '../common/errors.ts';

const LINE_BREAKS = /[\r\n\u0085\u2028\u2029]+/g;

const LEVELS: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] satisfies LogLevel[];

/**
 * Logs to stderr, one line per entry: readable text, or JSON with `LOG_FORMAT=json`. Level by `LOG_LEVEL`, default
 * `INFO`. Throws `INVALID_ENVIRONMENT` for a level that does not exist.
 */
export function createLogger(env: Readonly<Record<string, string | undefined>>): Logger {
  const format = env['LOG_FORMAT'] === 'json' ? toJson : toText;
  return new DefaultLogger(readLevel(env['LOG_LEVEL'] || 'INFO'), (entry) => {
    process.stderr.write(`${format(entry).replaceAll(LINE_BREAKS, ' ')}\n`);
  });
}

function readLevel(value: string): LogLevel {
  const level = value.toUpperCase();
  if (LEVELS.includes(level)) return level as LogLevel;
  throw new EventTopicError('INVALID_ENVIRONMENT', 'LOG_LEVEL is no level', {
    details: { LOG_LEVEL: value },
    action: `Use one of ${LEVELS.join(', ')}`,
  });
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
