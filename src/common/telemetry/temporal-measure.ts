import type { MetricMeter } from '@temporalio/common';
import { harmless } from './harmless.ts';
import type { Labels, Measure, Metric } from './metric.ts';

/**
 * Measures with Temporal's metric meter: what a worker's `Runtime` exports, by Prometheus or OTLP. The unit is in the name already, and not said to the meter: its
 * exporter would append it once more.
 */
export function temporalMeasure(meter: MetricMeter): Measure {
  const records = new Map<string, (value: number, labels: Labels) => void>();
  return (metric, value, labels) => {
    harmless(() => {
      const record = records.get(metric.name) ?? createInstrument(meter, metric);
      records.set(metric.name, record);
      record(value, labels);
    });
  };
}

function createInstrument(
  meter: MetricMeter,
  { name, kind, unit, help }: Metric,
): (value: number, labels: Labels) => void {
  const type = unit === 's' ? 'float' : 'int';
  if (kind === 'counter') {
    const counter = meter.createCounter(name, '', help);
    return (value, labels) => counter.add(value, labels);
  }
  if (kind === 'gauge') {
    const gauge = meter.createGauge(name, type, '', help);
    return (value, labels) => gauge.set(value, labels);
  }
  const histogram = meter.createHistogram(name, type, '', help);
  return (value, labels) => histogram.record(value, labels);
}
