/** A metric of this package: docs/reference/metrics.md, the dashboard and the rules are checked against these. */
export interface Metric {
  /** As Prometheus shows it, but that counters end in `_total` there. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** Of the value: `s`, or what is counted. */
  readonly unit: 's' | 'events' | 'aggregates' | 'requests' | 'attempts' | 'reads' | 'signals';
  /** Whoever measures it adds his own, as Temporal its `namespace` and `taskQueue`. Never an id: there would be too many. */
  readonly labels: readonly string[];
  /** One sentence, for people. */
  readonly help: string;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

export type Labels = Readonly<Record<string, string>>;

/** Measures: adds to a counter, sets a gauge, records in a histogram. Never throws. */
export type Measure = (metric: Metric, value: number, labels: Labels) => void;
