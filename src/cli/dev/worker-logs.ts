import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { readLogFormat, readLogLevel } from '../../worker/environment/log-settings.ts';
import { createLogger } from '../../worker/logger.ts';

/**
 * Lets the worker of this process say on stderr what somebody should know: that an event is refused, say. Before anything else of Temporal's SDK runs here.
 * Once everything is being ended nothing is said any more: that a worker misses its server is then no news.
 */
export function installWorkerLogs(env: NodeJS.ProcessEnv, signal: AbortSignal): void {
  const logLevel = env['LOG_LEVEL'] ? readLogLevel(env) : 'WARN';
  const logger = createLogger({ logLevel, logFormat: readLogFormat(env) });
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({
    logger: new DefaultLogger('TRACE', ({ level, message, meta }) => {
      if (!signal.aborted) logger.log(level, message, meta);
    }),
    telemetryOptions: { logging: { filter, forward: {} } },
    // This command ends what it has started, in its order.
    shutdownSignals: [],
  });
}
