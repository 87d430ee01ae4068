import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboard } from '../../../scripts/observability/dashboard.ts';
import { ROWS } from '../../../scripts/observability/panels.ts';
import { nameOf, seriesOf } from '../../../scripts/observability/prometheus-names.ts';
import { selectedIn } from '../../../scripts/observability/promql.ts';
import { RULES_TEST, readRules } from '../../../scripts/observability/rules.ts';
import { TEMPORAL_METRICS, temporalSeriesOf } from '../../../scripts/observability/temporal-metrics.ts';
import { isThrottle } from '../../../src/activities/classify-error.ts';
import { METRICS } from '../../../src/common/telemetry/metrics.ts';

const ROOT = join(import.meta.dirname, '../../..');
// Temporal's meter adds them to what a worker measures.
const ADDED = ['namespace'];

/** Labels by the name under which Prometheus has it. */
const SERIES = new Map<string, readonly string[]>([
  ...METRICS.flatMap(({ by, metrics }) =>
    metrics.flatMap((metric) =>
      seriesOf(metric).map((name) => [name, [...metric.labels, ...(by === 'worker' ? ADDED : [])]] as const),
    ),
  ),
  ...TEMPORAL_METRICS.flatMap((metric) =>
    temporalSeriesOf(metric).map((name) => [name, metric.labels] as const),
  ),
]);

const rules = readRules();
const queries = [
  ...rules.map(({ name, expr }) => ({ of: name, expr })),
  ...ROWS.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries: all }) => all.map(({ expr }) => ({ of: `panel ${title}`, expr }))),
  ),
];

describe('rules and dashboard', () => {
  it.each(queries)('$of asks for metrics that there are, by labels that they have: $expr', ({ expr }) => {
    const { metrics, grouping } = selectedIn(expr);
    const known = new Set<string>();
    for (const { metric, labels } of metrics) {
      expect([...SERIES.keys()]).toContain(metric);
      const own = SERIES.get(metric) ?? [];
      for (const label of labels) expect(own, metric).toContain(label);
      for (const label of own) known.add(label);
    }
    // `job` and `instance` are the scrape's.
    for (const label of grouping) expect([...known, 'job', 'instance']).toContain(label);
  });

  it('leave no metric of this package out', () => {
    const used = new Set(queries.flatMap(({ expr }) => selectedIn(expr).metrics.map(({ metric }) => metric)));
    const all = METRICS.flatMap(({ metrics }) => metrics);
    const unused = all.filter((metric) => !seriesOf(metric).some((name) => used.has(name)));
    expect(unused.map(nameOf)).toEqual([]);
  });
});

describe('rules', () => {
  it('are found', () => {
    expect(rules.length).toBeGreaterThan(20);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it.each(rules)('$name has a severity, and a page that says what to do', ({ name, severity, runbook }) => {
    expect(['page', 'ticket']).toContain(severity);
    const guide = /docs\/guides\/[\w-]+\.md/.exec(runbook)?.[0] ?? '';
    expect(existsSync(join(ROOT, guide)), runbook).toBe(true);
    const anchors = anchorsOf(guide);
    // Where the code decides, each of its pages.
    const wanted = runbook.includes('{{')
      ? [...runbook.matchAll(/\}\}([\w-]+)\{\{/g)].map(([, a]) => a)
      : [runbook.split('#')[1]];
    expect(wanted.length).toBeGreaterThan(0);
    for (const anchor of wanted) expect(anchors, name).toContain(anchor);
  });

  it.each(rules)('$name stands in the guide, and fires in a unit test', ({ name }) => {
    expect(anchorsOf('docs/guides/observe.md')).toContain(name.toLowerCase());
    const tests = readFileSync(RULES_TEST, 'utf8');
    const fires = new RegExp(
      `labels: 'ALERTS\\{alertname="${name}", alertstate="firing"|alertname: ${name}\\n +exp_alerts:`,
    );
    expect(tests).toMatch(fires);
  });

  it('take for throttles what the worker takes for throttles', () => {
    const { expr = '' } = rules.find(({ name }) => name === 'EventTopicThrottled') ?? {};
    const codes = /code=~"([^"]+)"/.exec(expr)?.[1]?.split('|') ?? [];
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expect(isThrottle({ kind: 'retry', code, reason: '' }), code).toBe(true);
  });
});

describe('the dashboard', () => {
  it('has panels that do not overlap, each with its id, datasource and help', () => {
    const { panels } = dashboard() as { panels: readonly GrafanaPanel[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = new Set<string>();
    for (const { gridPos: at } of panels)
      for (let x = at.x; x < at.x + at.w; x += 1)
        for (let y = at.y; y < at.y + at.h; y += 1) {
          expect(x).toBeLessThan(24);
          expect(cells.has(`${x} ${y}`)).toBe(false);
          cells.add(`${x} ${y}`);
        }
    for (const panel of panels.filter(({ type }) => type !== 'row'))
      expect(panel).toMatchObject({
        datasource: { uid: '$datasource' },
        description: expect.stringMatching(/\w/),
      });
  });
});

describe('what is generated', () => {
  it('is what the sources say', () => {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/observability/generate.ts', '--check'], {
      cwd: ROOT,
    });
  });
});

interface GrafanaPanel {
  readonly id: number;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

/** As GitHub makes them of headings; or set in the page. */
function anchorsOf(guide: string): readonly string[] {
  const text = readFileSync(join(ROOT, guide), 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = '']) => id)];
}
