import type { OtelCollectorExporter, PrometheusMetricsExporter } from '@temporalio/worker';
import { HISTOGRAM_BUCKETS } from '../histogram-buckets.ts';
import { formatAddress, readAddress } from './address.ts';
import { type Environment, invalid, oneOf } from './variables.ts';

/** How the worker's metrics leave it: Temporal's own and this package's. */
export type MetricsExporter = PrometheusMetricsExporter | OtelCollectorExporter;

/** What OpenTelemetry's specification says when the variable is not set. */
const DEFAULT_INTERVAL_MS = 60_000;
const PROTOCOLS = ['http/protobuf', 'grpc'] as const;
const TEMPORALITIES = ['cumulative', 'delta'] as const;

type Protocol = (typeof PROTOCOLS)[number];

/**
 * `METRICS_ADDRESS`: Prometheus scrapes `/metrics` there. Else OpenTelemetry's own variables, as far as Temporal's exporter goes. Undefined when there is neither.
 * Throws `INVALID_ENVIRONMENT`.
 */
export function readMetrics(env: Environment): MetricsExporter | undefined {
  const address = readAddress(env, 'METRICS_ADDRESS');
  if (address === undefined) return readOtlp(env);
  return {
    prometheus: {
      bindAddress: formatAddress(address),
      // As Prometheus names things: `…_total`, `…_seconds`.
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: HISTOGRAM_BUCKETS,
    },
  };
}

// Temporal's exporter reads OTEL_EXPORTER_OTLP_HEADERS, _METRICS_HEADERS and OTEL_RESOURCE_ATTRIBUTES by itself.
function readOtlp(env: Environment): OtelCollectorExporter | undefined {
  if (env['OTEL_METRICS_EXPORTER'] === 'none') return undefined;
  const isHttp = protocolOf(env) === 'http/protobuf';
  const url = endpointOf(env, isHttp);
  if (url === undefined) return undefined;
  return {
    otel: {
      url,
      http: isHttp,
      metricsExportInterval: intervalOf(env),
      useSecondsForDurations: true,
      temporality: temporalityOf(env),
      histogramBucketOverrides: HISTOGRAM_BUCKETS,
    },
  };
}

/** By HTTP the general endpoint is a base that a path for each kind of signal is added to; that of metrics is taken as it is. */
function endpointOf(env: Environment, isHttp: boolean): string | undefined {
  const [metrics, general] = ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
  const [name, value] = env[metrics] ? [metrics, env[metrics]] : [general, env[general]];
  if (!value) return undefined;
  if (!/^https?:\/\/[^/]/.test(value))
    throw invalid(`${name} is no URL`, {
      details: { [name]: value },
      action: 'Use http://<collector>:4318, or :4317 with OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
    });
  return isHttp && name === general ? `${value.replace(/\/$/, '')}/v1/metrics` : value;
}

function protocolOf(env: Environment): Protocol {
  const [metrics, general] = ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
  const name = env[metrics] ? metrics : general;
  return oneOf({ name, value: env[name] }, PROTOCOLS, 'http/protobuf');
}

function temporalityOf(env: Environment): 'cumulative' | 'delta' {
  const name = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
  return oneOf({ name, value: env[name] }, TEMPORALITIES, 'cumulative');
}

function intervalOf(env: Environment): number {
  const name = 'OTEL_METRIC_EXPORT_INTERVAL';
  const value = Number(env[name] || DEFAULT_INTERVAL_MS);
  if (Number.isInteger(value) && value >= 1) return value;
  throw invalid(`${name} is no time`, {
    details: { [name]: env[name] },
    action: 'Use milliseconds, a whole number',
  });
}
