import type { Metric } from '../../src/common/telemetry/metric.ts';
import { nameOf } from './prometheus-names.ts';

/** A query of a panel, and how its lines are called. */
export interface Query {
  readonly expr: string;
  /** Grafana's template: `{{label}}`. */
  readonly legend: string;
}

/** More than the variables choose: a part of a histogram, or one value of a label. */
export interface Choice {
  readonly suffix?: '_bucket' | '_count' | '_sum';
  readonly filter?: string;
}

/** The dashboard's variables choose: topics for what has that label, collectors for the rest. */
export function chosen(metric: Metric, { suffix, filter }: Choice = {}): string {
  const own = ['topic', 'collector'].filter((label) => metric.labels.includes(label));
  const filters = [...own.map((label) => `${label}=~"$${label}"`), ...(filter ? [filter] : [])];
  return `${nameOf(metric)}${suffix ?? ''}{${filters.join(', ')}}`;
}

/** How much of a counter came per second, by these labels. */
export function perSecond(metric: Metric, by: readonly string[]): Query {
  return {
    expr: `sum by (${by.join(', ')}) (rate(${chosen(metric)}[$__rate_interval]))`,
    legend: legendOf(by),
  };
}

/** How much of a counter came since the point before. For what is seldom: the first count of one that appears with it is seen too. */
export function counted(metric: Metric, by: readonly string[]): Query {
  const counter = chosen(metric);
  return {
    expr: `sum by (${by.join(', ')}) (${countsOf(counter, '$__rate_interval')})`,
    legend: legendOf(by),
  };
}

/** How much of a counter came in the dashboard's time. */
export function inTime(metric: Metric, choice: Choice = {}): Query {
  const counter = chosen(metric, choice);
  return { expr: `sum(${countsOf(counter, '$__range')}) or vector(0)`, legend: '' };
}

function countsOf(counter: string, time: string): string {
  return `increase(${counter}[${time}]) > 0 or ${counter} unless ${counter} offset ${time} or 0 * ${counter}`;
}

/** How large the slowest of a hundred is, and the middle one. */
export function quantiles(metric: Metric, by: readonly string[]): readonly Query[] {
  const buckets = chosen(metric, { suffix: '_bucket' });
  const rates = `sum by (${[...by, 'le'].join(', ')}) (rate(${buckets}[$__rate_interval]))`;
  return [0.5, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, ${rates})`,
    legend: `${legendOf(by)} p${quantile * 100}`,
  }));
}

/** How large it is on average. */
export function average(metric: Metric, by: readonly string[]): Query {
  const [all, count] = (['_sum', '_count'] as const).map(
    (suffix) => `sum by (${by.join(', ')}) (rate(${chosen(metric, { suffix })}[$__rate_interval]))`,
  );
  return { expr: `${all} / ${count}`, legend: legendOf(by) };
}

/** A gauge of each process that is added up. */
export function sum(metric: Metric, by: readonly string[]): Query {
  return { expr: `sum by (${by.join(', ')}) (${chosen(metric)})`, legend: legendOf(by) };
}

/** A gauge that all say alike, or of which the worst counts. */
export function max(metric: Metric, by: readonly string[]): Query {
  return { expr: `max by (${by.join(', ')}) (${chosen(metric)})`, legend: legendOf(by) };
}

/** The same with other words in front of what it is of. */
export function called(words: string, { expr, legend }: Query): Query {
  return { expr, legend: `${words} ${legend}`.trim() };
}

function legendOf(by: readonly string[]): string {
  return by.map((label) => `{{${label}}}`).join(' ');
}
