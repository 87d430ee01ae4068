import type { Metric } from '../../src/common/telemetry/metric.ts';
import {
  CLIENT_METRICS,
  COLLECTOR_METRICS,
  PUBLISHER_METRICS,
  WORKER_METRICS,
} from '../../src/common/telemetry/metrics.ts';
import { nameOf } from './prometheus-names.ts';
import { TEMPORAL_METRICS } from './temporal-metrics.ts';

const HEAD = `<!-- Generated from src/common/telemetry/metrics.ts by \`npm run docs\`: change it there. -->
# Metrics

Names, types and labels as Prometheus shows them; by OTLP, counters come without \`_total\`. How to get them, the dashboard and the alerting rules: [observe](../guides/observe.md).
No metric has the id of an aggregate or of a message as a label: there are too many of those. \`topic\` is the EventTopic's name, \`collector\` the collector's.
`;

const WORKERS = `Measured with Temporal's metric meter, in the worker process: \`METRICS_ADDRESS\` of the executable, or the \`Runtime\` of your own worker. Temporal adds \`namespace\`,
\`taskQueue\` and \`activityType\` or \`workflowType\` (its own metrics call the queue \`task_queue\`), but not to \`event_topic_parked_aggregates\`. A counter appears with its first count. It counts in the process that did the work: add up counters and gauges over workers, but
for \`event_topic_parked_aggregates\`, which every worker says alike, and the two that are an age or a lag; take the largest of these.`;

const SIDES: readonly { title: string; text: string; metrics: Readonly<Record<string, Metric>> }[] = [
  {
    title: 'Clients',
    text: "Measured with OpenTelemetry's API where `publish` is called: nothing without its SDK.",
    metrics: CLIENT_METRICS,
  },
  { title: 'Workers', text: WORKERS, metrics: { ...WORKER_METRICS, ...PUBLISHER_METRICS } },
  {
    title: 'Collectors',
    text: "Measured with OpenTelemetry's API, in pollers and in Lambda functions. The three gauges are of pollers only.",
    metrics: COLLECTOR_METRICS,
  },
];

/** docs/reference/metrics.md. */
export function metricsPage(): string {
  const sides = SIDES.map(({ title, text, metrics }) => {
    const rows = Object.values(metrics).map(rowOf);
    return `## ${title}\n\n${text}\n\n${table(['metric', 'type', 'labels', 'what it says'], rows)}`;
  });
  return `${[HEAD, ...sides, buckets(), temporal()].join('\n')}`;
}

function rowOf(metric: Metric): readonly string[] {
  return [code(nameOf(metric)), metric.kind, metric.labels.map(code).join(', '), metric.help];
}

function buckets(): string {
  const all = [CLIENT_METRICS, WORKER_METRICS, COLLECTOR_METRICS].flatMap((metrics): readonly Metric[] =>
    Object.values(metrics),
  );
  const byBounds = new Map<string, string[]>();
  for (const metric of all) {
    if (metric.buckets === undefined) continue;
    const bounds = metric.buckets.join(', ');
    byBounds.set(bounds, [...(byBounds.get(bounds) ?? []), code(nameOf(metric))]);
  }
  const rows = [...byBounds].map(([bounds, names]) => [names.join(', '), bounds]);
  return `## Buckets

Of the histograms, upper bounds. The worker executable sets them; a worker of your own takes them from \`histogramBucketOverrides\` of its \`Runtime\`. Prometheus
has a histogram as \`…_bucket\`, \`…_count\` and \`…_sum\`.

${table(['histograms', 'bounds'], rows)}`;
}

function temporal(): string {
  const rows = TEMPORAL_METRICS.map(({ name, kind, labels, meaning }) => [
    code(name),
    kind,
    labels.map(code).join(', '),
    meaning,
  ]);
  return `## Temporal's own

Worth watching, of those that Temporal's SDK measures in every worker ([all of them](https://docs.temporal.io/references/sdk-metrics)). Names as the executable's endpoint shows them.

${table(['metric', 'type', 'labels', 'what it says'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}
