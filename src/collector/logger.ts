/** Where a collector tells what a person may want to know. `facts` are ids, counts and reasons; never an event. */
export interface CollectorLogger {
  info(message: string, facts: LogFacts): void;
  warn(message: string, facts: LogFacts): void;
  error(message: string, facts: LogFacts): void;
}

export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** One line each, on the console. */
export const consoleLogger: CollectorLogger = {
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
