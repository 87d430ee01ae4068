import { DefaultLogger, type LogEntry, type LogLevel, type Logger } from '@temporalio/worker';

/**
 * Logs to stderr, one line per entry: readable text, or JSON with `LOG_FORMAT=json`. Level by `LOG_LEVEL`:
 * `TRACE`, `DEBUG`, `INFO` (default), `WARN`, `ERROR`.
 */
export function createLogger(env: Readonly<Record<string, string | undefined>>): Logger {
  const format = env['LOG_FORMAT'] === 'json' ? toJson : toText;
  const level = (env['LOG_LEVEL'] ?? 'INFO').toUpperCase() as LogLevel;
  return new DefaultLogger(level, (entry) => process.stderr.write(`${format(entry)}\n`));
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
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  const error = 'error' in meta ? `: ${errorText(meta['error'])}` : '';
  const context = facts.length > 0 ? ` [${facts.join(' ')}]` : '';
  return `${time(timestampNanos)} ${level.padEnd(5)} ${message}${error}${context}`;
}

function toJson({ level, timestampNanos, message, meta = {} }: LogEntry): string {
  const error = 'error' in meta ? { error: errorText(meta['error']) } : {};
  return JSON.stringify({ time: time(timestampNanos), level, message, ...meta, ...error }, (_key, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

function time(nanos: bigint): string {
  return new Date(Number(nanos / 1_000_000n)).toISOString();
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
