// Draws docs/guides/observe-dashboard.svg: the dashboard's own queries, asked of a real Prometheus that has watched a real system for some minutes, with a throttling
// spell, an event that SNS refuses and a collector that fails. `--minutes N` (6).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type DrawnRow, draw } from './demo/draw.ts';
import type { NamedSeries } from './demo/draw-lines.ts';
import { PrometheusServer, type Times } from './demo/prometheus-server.ts';
import { renamed, type System, startSystem } from './demo/system.ts';
import { type Panel, ROWS } from './panels.ts';
import type { Query } from './queries.ts';
import { RULES } from './rules.ts';

const PICTURE = join(import.meta.dirname, '../../docs/guides/observe-dashboard.svg');
/** Without relay and without what the demo has none of, it fits a page. */
const SHOWN = [
  'Health at a glance',
  'Publishing: who calls publish',
  'SNS: what workers send',
  'Backlog and parking',
  'Collectors',
  'Temporal',
];
const AGGREGATES = 60;
const POINTS = 120;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '6' } } });
const minutes = Number(values.minutes);

let isFailing = false;
const system = await startSystem({ fails: (id) => isFailing && id.endsWith('7') });
const rules = readFileSync(RULES, 'utf8').replaceAll(/for: \d+m/g, 'for: 20s');
const prometheus = await PrometheusServer.start(system.ports, rules);
try {
  const start = Date.now() / 1_000;
  await live(system);
  const end = Date.now() / 1_000;
  const times = { start, end, step: Math.max(1, Math.round((end - start) / POINTS)) };
  const svg = draw(await askAll(times), times);
  writeFileSync(PICTURE, svg);
  console.log(`${PICTURE}: ${(svg.length / 1_000).toFixed(0)} kB`);
} finally {
  await prometheus.stop();
  await system.stop();
}

/** Traffic that comes and goes, and what goes wrong on the way. */
async function live({ topic, proxy }: System): Promise<void> {
  const begunAt = Date.now();
  const share = (): number => (Date.now() - begunAt) / (minutes * 60_000);
  let isParked = false;
  for (let round = 0; share() < 1; round += 1) {
    proxy.throttle(share() > 0.3 && share() < 0.4 && round % 3 > 0);
    isFailing = share() > 0.6 && share() < 0.75;
    if (share() > 0.5 && !isParked) {
      isParked = true;
      await topic.publish([renamed('C-parked', 300_000)]);
    }
    const count = 2 + Math.round(6 * (1 + Math.sin(share() * 12)));
    const messages = Array.from({ length: count }, (_, index) =>
      renamed(`C-${(round * 7 + index) % AGGREGATES}`),
    );
    await topic.publish(messages);
    if (round % 10 === 0) await topic.publish(messages.slice(0, 1));
    await sleep(500);
  }
}

async function askAll(times: Times): Promise<readonly DrawnRow[]> {
  const shown = ROWS.filter(({ title }) => SHOWN.includes(title));
  return await Promise.all(
    shown.map(async ({ title, panels }) => ({
      title,
      panels: await Promise.all(panels.map(async (panel) => ({ panel, lines: await ask(panel, times) }))),
    })),
  );
}

async function ask({ queries }: Panel, times: Times): Promise<readonly NamedSeries[]> {
  const lines = await Promise.all(
    queries.map(async (query) => {
      const all = await prometheus.range(filledIn(query, times), times);
      return all.map((series) => ({ name: nameOf(query, series.metric), series }));
    }),
  );
  // A line of zeros or of nothing only says that there is nothing.
  return lines
    .flat()
    .filter(({ series }) => series.values.some(([, value]) => Number.isFinite(Number(value))));
}

/** As Grafana fills in its variables: all topics and collectors. */
function filledIn({ expr }: Query, { start, end }: Times): string {
  return expr
    .replaceAll(/\$(topic|collector)\b/g, '.*')
    .replaceAll('$__rate_interval', '20s')
    .replaceAll('$__range', `${Math.round(end - start)}s`);
}

function nameOf({ legend }: Query, labels: Readonly<Record<string, string>>): string {
  return legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '');
}
