import type { MeterProvider } from '@opentelemetry/api';
import { harmless } from './harmless.ts';
import type { Labels, Measure, Metric } from './metric.ts';
import { openTelemetry } from './opentelemetry.cts';

type Instrument = (value: number, labels: Labels) => void;

const METER = 'temporal-event-topic';

// By provider: an instrument of the one that was there before the SDK was set up measures nothing, for ever.
const instruments = new WeakMap<MeterProvider, Map<string, Instrument>>();

/** Measures with OpenTelemetry's API; does nothing without it, or without its SDK. */
export const measure: Measure = (metric, value, labels) => {
  harmless(() => record(metric, value, labels));
};

function record(metric: Metric, value: number, labels: Labels): void {
  if (openTelemetry === undefined) return;
  const provider = openTelemetry.metrics.getMeterProvider();
  const known = instruments.get(provider) ?? new Map<string, Instrument>();
  instruments.set(provider, known);
  const instrument = known.get(metric.name) ?? createInstrument(provider, metric);
  known.set(metric.name, instrument);
  instrument(value, labels);
}

function createInstrument(provider: MeterProvider, metric: Metric): Instrument {
  const meter = provider.getMeter(METER);
  const { name, kind, help: description, buckets } = metric;
  const options = { description, unit: metric.unit === 's' ? 's' : `{${metric.unit}}` };
  if (kind === 'counter') {
    const counter = meter.createCounter(name, options);
    return (value, labels) => counter.add(value, labels);
  }
  if (kind === 'gauge') {
    const gauge = meter.createGauge(name, options);
    return (value, labels) => gauge.record(value, labels);
  }
  const advice = buckets ? { explicitBucketBoundaries: [...buckets] } : {};
  const histogram = meter.createHistogram(name, { ...options, advice });
  return (value, labels) => histogram.record(value, labels);
}
