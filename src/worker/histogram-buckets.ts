import type { Metric } from '../common/telemetry/metric.ts';
import { PUBLISHER_METRICS, WORKER_METRICS } from '../common/telemetry/metrics.ts';

const METRICS: readonly Metric[] = [...Object.values(WORKER_METRICS), ...Object.values(PUBLISHER_METRICS)];

/** Upper bounds of the buckets of this package's histograms, by metric: for `histogramBucketOverrides` of Temporal's metrics exporters, whose own are for other values. */
export const HISTOGRAM_BUCKETS: Record<string, number[]> = Object.fromEntries(
  METRICS.flatMap(({ name, buckets }) => (buckets ? [[name, [...buckets]]] : [])),
);
