import type { Metric } from '../../src/common/telemetry/metric.ts';

/** What Prometheus calls it: counters end in `_total`, a histogram is a family of three. */
export function nameOf({ name, kind }: Metric): string {
  return kind === 'counter' ? `${name}_total` : name;
}

/** The names under which it can be asked for. */
export function seriesOf(metric: Metric): readonly string[] {
  const name = nameOf(metric);
  return metric.kind === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name];
}
