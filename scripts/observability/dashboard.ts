import { CLIENT_METRICS, COLLECTOR_METRICS, WORKER_METRICS } from '../../src/common/telemetry/metrics.ts';
import { type Panel, ROWS, type Row } from './panels.ts';
import { nameOf } from './prometheus-names.ts';

/** Grafana's grid is this wide. */
const WIDTH = 24;
const HEIGHT = { number: 4, lines: 7 } as const;
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** A dashboard in Grafana's JSON model, for 10 and later. */
export function dashboard(): object {
  return {
    title: 'temporal-event-topic',
    uid: 'temporal-event-topic',
    description:
      'EventTopics from publish to the collectors. Alerts, and what to do: docs/guides/observe.md of the package.',
    tags: ['temporal-event-topic'],
    schemaVersion: 38,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: variables() },
    annotations: { list: [] },
    links: [],
    panels: placed(ROWS),
  };
}

function variables(): readonly object[] {
  return [
    { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
    variable('topic', 'Topic', [nameOf(WORKER_METRICS.parked), nameOf(CLIENT_METRICS.accepted)]),
    variable('collector', 'Collector', [nameOf(COLLECTOR_METRICS.events)]),
  ];
}

function variable(name: string, label: string, metrics: readonly string[]): object {
  const query = `label_values({__name__=~"${metrics.join('|')}"}, ${name})`;
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { selected: true, text: ['All'], value: ['$__all'] },
  };
}

/** Rows one below the other, their panels side by side. */
function placed(rows: readonly Row[]): readonly object[] {
  const all: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    all.push({
      id: all.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
    });
    y += 1;
    const columns = panels[0]?.kind === 'number' ? panels.length : Math.min(3, panels.length);
    for (const [index, panel] of panels.entries()) {
      const [w, h] = [WIDTH / columns, HEIGHT[panel.kind]];
      const gridPos = { x: (index % columns) * w, y: y + Math.floor(index / columns) * h, w, h };
      all.push({ id: all.length + 1, ...toGrafana(panel), gridPos });
    }
    y += Math.ceil(panels.length / columns) * HEIGHT[panels[0]?.kind ?? 'lines'];
  }
  return all;
}

function toGrafana({ title, kind, unit, bad, help, queries }: Panel): object {
  const steps = [
    { color: 'green', value: null },
    ...(bad === undefined ? [] : [{ color: 'red', value: bad }]),
  ];
  return {
    type: kind === 'number' ? 'stat' : 'timeseries',
    title,
    description: help,
    datasource: DATASOURCE,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend || '__auto',
      ...(kind === 'number' ? { instant: true } : {}),
    })),
    fieldConfig: {
      defaults: { unit, min: 0, thresholds: { mode: 'absolute', steps }, ...(kind === 'lines' ? LINES : {}) },
      overrides: [],
    },
    options: kind === 'number' ? NUMBER : LEGEND,
  };
}

const LINES = { custom: { drawStyle: 'line', lineWidth: 1, fillOpacity: 8, showPoints: 'never' } };
const NUMBER = {
  colorMode: 'value',
  graphMode: 'none',
  reduceOptions: { calcs: ['lastNotNull'], values: false },
};
const LEGEND = {
  legend: { displayMode: 'list', placement: 'bottom' },
  tooltip: { mode: 'multi', sort: 'desc' },
};
