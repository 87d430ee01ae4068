import { isEventTopicError } from '../common/errors.ts';
import { type LogFormat, readLogFormat } from './environment/log-settings.ts';
import type { Environment } from './environment/variables.ts';
import { createLogger } from './logger.ts';

/** The last line of a worker that cannot go on: for people on a terminal, else an entry of its log as any other. */
export function reportFailure(error: unknown, env: Environment): void {
  const code = isEventTopicError(error) ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (formatOf(env) === 'json')
    createLogger({ logFormat: 'json', logLevel: 'ERROR' }).error(message, { code });
  else process.stderr.write(`event-topic-worker: ${code ? `${code} ` : ''}${message}\n`);
}

/** Of a variable that may be what is wrong. */
function formatOf(env: Environment): LogFormat {
  try {
    return readLogFormat(env);
  } catch {
    return readLogFormat({});
  }
}
