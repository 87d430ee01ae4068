import type { CollectorLogger, LogFacts } from '../../src/collector/logger.ts';

/** Keeps what a collector tells. */
export class CapturedLog implements CollectorLogger {
  readonly lines: {
    readonly level: 'info' | 'warn' | 'error';
    readonly message: string;
    readonly facts: LogFacts;
  }[] = [];

  info(message: string, facts: LogFacts): void {
    this.lines.push({ level: 'info', message, facts });
  }

  warn(message: string, facts: LogFacts): void {
    this.lines.push({ level: 'warn', message, facts });
  }

  error(message: string, facts: LogFacts): void {
    this.lines.push({ level: 'error', message, facts });
  }
}
