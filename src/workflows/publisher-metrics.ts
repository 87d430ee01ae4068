import { metricMeter } from '@temporalio/workflow';
import type { Labels, Measure, Metric } from '../common/telemetry/metric.ts';
import { PUBLISHER_METRICS } from '../common/telemetry/metrics.ts';
import { temporalMeasure } from '../common/telemetry/temporal-measure.ts';

/**
 * Counts what happens to a topic's events before they are published: only what is seldom, for each count leaves the sandbox. What is usual is counted by the
 * activity. Temporal leaves replays out.
 */
export class PublisherMetrics {
  readonly #topic: string;
  // Made when it is needed: most publishers need none, and they are many.
  #measure: Measure | undefined;
  #duplicates = 0;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** `total`: in this run so far. */
  duplicates(total: number): void {
    this.#add('duplicates', total - this.#duplicates);
    this.#duplicates = total;
  }

  conflicts(count: number): void {
    this.#add('conflicts', count);
  }

  setAside(count: number): void {
    this.#add('setAside', count);
  }

  gapReads(count: number): void {
    this.#add('gapReads', count);
  }

  parked(code: string): void {
    this.#count(PUBLISHER_METRICS.parkings, 1, { code });
  }

  #add(metric: Exclude<keyof typeof PUBLISHER_METRICS, 'parkings'>, count: number): void {
    if (count > 0) this.#count(PUBLISHER_METRICS[metric], count);
  }

  #count(metric: Metric, count: number, labels: Labels = {}): void {
    this.#measure ??= temporalMeasure(metricMeter);
    this.#measure(metric, count, { topic: this.#topic, ...labels });
  }
}
