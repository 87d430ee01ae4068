import { loadPeer } from './load-peer.ts';

/** Lets Temporal log errors only in this process, unless it runs here already: that is decided when it first starts. */
export async function quietRuntime(): Promise<void> {
  const { DefaultLogger, makeTelemetryFilterString, Runtime } = await loadPeer(
    '@temporalio/worker',
    () => import('@temporalio/worker'),
  );
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
  } catch {
    // It runs already, with the logs that somebody has chosen.
  }
}
