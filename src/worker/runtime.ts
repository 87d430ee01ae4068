import { type Logger, Runtime } from '@temporalio/worker';
import type { MetricsExporter } from './environment/metrics.ts';
import { invalid } from './environment/variables.ts';

export interface RuntimeSettings {
  readonly logger: Logger;
  readonly metrics: MetricsExporter | undefined;
}

/** The runtime of the worker's process: one log, also for what Temporal's core says, and one exporter of metrics. */
export function installRuntime({ logger, metrics }: RuntimeSettings): void {
  // Core's own levels, whatever ours: at DEBUG it says little, at TRACE it shows whole tasks.
  const logging = { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } as const;
  try {
    Runtime.install({ logger, telemetryOptions: { logging, ...(metrics && { metrics }) } });
  } catch (cause) {
    if (metrics === undefined || !(cause instanceof Error)) throw cause;
    throw invalid(`Metrics cannot be exported: ${cause.message}`, {
      details: { to: targetOf(metrics) },
      action:
        'Use a free port and an address of this machine in METRICS_ADDRESS, or a URL that is one for OTLP',
      cause,
    });
  }
}

/** Where metrics go, or are fetched. */
export function targetOf(metrics: MetricsExporter): string {
  return 'prometheus' in metrics ? metrics.prometheus.bindAddress : metrics.otel.url;
}
