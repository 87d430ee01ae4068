// What @opentelemetry/exporter-prometheus does for an application, as far as the demo needs it: names and labels are the same.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

const NEVER_MS = 2 ** 31 - 1;

/** Shows what this process measures with OpenTelemetry's API to Prometheus. Returns what ends that. */
export async function showMetrics(port: number): Promise<() => Promise<void>> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: NEVER_MS });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const server = createServer(async (_request, response) => {
    const { resourceMetrics } = await reader.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(all.map(toText).join(''));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return async () => {
    server.closeAllConnections();
    server.close();
    await reader.shutdown();
    metrics.disable();
  };
}

function toText(metric: MetricData): string {
  const { name } = metric.descriptor;
  if (metric.dataPointType === DataPointType.HISTOGRAM)
    return metric.dataPoints.map(({ attributes, value }) => histogram(name, attributes, value)).join('');
  const isCounter = metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
  return metric.dataPoints
    .map(({ attributes, value }) => line(isCounter ? `${name}_total` : name, attributes, Number(value)))
    .join('');
}

interface Histogram {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
  readonly count: number;
  readonly sum?: number | undefined;
}

function histogram(name: string, attributes: object, { buckets, count, sum = 0 }: Histogram): string {
  let below = 0;
  const lines = buckets.boundaries.map((le, index) => {
    below += buckets.counts[index] ?? 0;
    return line(`${name}_bucket`, { ...attributes, le }, below);
  });
  const rest = [
    line(`${name}_bucket`, { ...attributes, le: '+Inf' }, count),
    line(`${name}_count`, attributes, count),
    line(`${name}_sum`, attributes, sum),
  ];
  return [...lines, ...rest].join('');
}

function line(name: string, labels: object, value: number): string {
  const all = Object.entries(labels).map(([key, of]) => `${key}=${JSON.stringify(String(of))}`);
  return `${name}{${all.join(',')}} ${value}\n`;
}
