import type { LogLevel } from '@temporalio/worker';
import { type Environment, oneOf } from './variables.ts';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const satisfies LogLevel[];
const FORMATS = ['text', 'json'] as const;

export type LogFormat = (typeof FORMATS)[number];

/** `LOG_LEVEL`. Default: INFO. Throws `INVALID_ENVIRONMENT`. */
export function readLogLevel(env: Environment): LogLevel {
  return oneOf({ name: 'LOG_LEVEL', value: env['LOG_LEVEL'] }, LEVELS, 'INFO');
}

/** `LOG_FORMAT`. Default: text where somebody reads it as it comes, on a terminal; else JSON. Throws `INVALID_ENVIRONMENT`. */
export function readLogFormat(
  env: Environment,
  isTerminal: boolean = process.stderr.isTTY === true,
): LogFormat {
  return oneOf({ name: 'LOG_FORMAT', value: env['LOG_FORMAT'] }, FORMATS, isTerminal ? 'text' : 'json');
}
