import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, type Logger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll } from 'vitest';
import type { TemporalDevServerOptions, TimeSkippingServerOptions } from '../../src/testing/index.ts';
import { startTemporalDevServer, startTimeSkippingServer } from '../../src/testing/index.ts';

const START_TIMEOUT_MS = 120_000;

/** A server that runs while the tests of one `describe` (or file) run. */
export interface RunningTemporal {
  /** Connections and client. Usable in hooks and tests, not while the file is collected. */
  readonly env: TestWorkflowEnvironment;
}

/** Starts a dev server, on a free port, before the tests of this `describe` and ends it after them. */
export function useTemporalDevServer(options?: TemporalDevServerOptions): RunningTemporal {
  return useServer(() => startTemporalDevServer(options));
}

/** The same with the time-skipping server. Time is skipped for all of its workflows together: one test at a time. */
export function useTimeSkippingServer(options?: TimeSkippingServerOptions): RunningTemporal {
  return useServer(() => startTimeSkippingServer(options));
}

function useServer(start: () => Promise<TestWorkflowEnvironment>): RunningTemporal {
  let env: TestWorkflowEnvironment | undefined;
  beforeAll(async () => {
    quietRuntime();
    env = await start();
  }, START_TIMEOUT_MS);
  afterAll(() => env?.teardown());
  return {
    get env(): TestWorkflowEnvironment {
      if (env === undefined) throw new Error('The Temporal server runs in hooks and tests only');
      return env;
    },
  };
}

let runtimeInstalled = false;

/** Without it every worker prints its state changes, and what it misses in the time-skipping server. Once per process, and before anything else of the SDK runs. */
export function quietRuntime(logger: Logger = new DefaultLogger('ERROR')): void {
  if (runtimeInstalled) return;
  runtimeInstalled = true;
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger, telemetryOptions: { logging: { filter } } });
}
