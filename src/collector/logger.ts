import { harmless } from '../common/telemetry/harmless.ts';

/** Where a collector tells what a person may want to know. `facts` are ids, counts and reasons; never an event. */
export interface CollectorLogger {
  info(message: string, facts: LogFacts): void;
  warn(message: string, facts: LogFacts): void;
  error(message: string, facts: LogFacts): void;
}

export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** What was given, or the console. One that throws must not stop an aggregate, or the process: then nothing is told. */
export function loggerOf({ logger = consoleLogger }: { readonly logger?: CollectorLogger }): CollectorLogger {
  const tell = (level: keyof CollectorLogger) => (message: string, facts: LogFacts) =>
    harmless(() => logger[level](message, facts));
  return { info: tell('info'), warn: tell('warn'), error: tell('error') };
}

/** One line each, on the console. */
const consoleLogger: CollectorLogger = {
  info: (message, facts) => console.info(toLine(message, facts)),
  warn: (message, facts) => console.warn(toLine(message, facts)),
  error: (message, facts) => console.error(toLine(message, facts)),
};

function toLine(message: string, facts: LogFacts): string {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? message
    : `${message} [${given.map(([key, value]) => `${key}=${value}`).join(' ')}]`;
}

/** What an error says; of whatever was thrown. */
export function reasonOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'something was thrown that has no text';
  }
}
