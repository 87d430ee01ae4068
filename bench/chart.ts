import type { Results } from './results.ts';
import { rounded } from './tables.ts';

/** What stands in a chart besides its bars. */
export interface ChartText {
  readonly title: string;
  readonly subtitle: string;
}

const WIDTH = 860;
const LABELS = 190;
const NUMBERS = 80;
const BAR = 18;
const GAP = 6;
const HEADER = 64;
const PANEL_TITLE = 34;
const OURS = new Set(['per-aggregate', 'partitions-8', 'relay-tail']);
/** Whose events were accepted, and not published. */
const ACCEPTED_ONLY = new Set(['bare-signal']);

/** An SVG of events per second: a panel for each workload, a bar for each contender. */
export function chart(
  results: Results,
  workloads: readonly string[],
  { title, subtitle }: ChartText,
): string {
  let y = HEADER;
  const panels: string[] = [];
  for (const workload of workloads) {
    const bars = barsOf(results, workload);
    if (bars.length === 0) continue;
    panels.push(panel(workload, bars, y));
    y += PANEL_TITLE + bars.length * (BAR + GAP);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 16}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${text({ x: 16, y: 26, size: 17, weight: 600 }, title)}
${text({ x: 16, y: 46, fill: '#666' }, subtitle)}
${panels.join('\n')}
</svg>
`;
}

interface Bar {
  readonly contender: string;
  readonly speed: number;
  readonly isOutOfOrder: boolean;
}

function barsOf(results: Results, workload: string): readonly Bar[] {
  return results.contendersOf(workload).flatMap((contender) => {
    const speed = results.value(workload, contender, 'eventsPerSecond');
    const isOutOfOrder = (results.value(workload, contender, 'outOfOrder') ?? 0) > 0;
    return speed === undefined ? [] : [{ contender, speed, isOutOfOrder }];
  });
}

function panel(workload: string, bars: readonly Bar[], top: number): string {
  const most = Math.max(...bars.map(({ speed }) => speed));
  const scale = (WIDTH - LABELS - NUMBERS) / most;
  const lines = bars.map(({ contender, speed, isOutOfOrder }, index) => {
    const y = top + PANEL_TITLE - 8 + index * (BAR + GAP);
    const width = Math.max(1, speed * scale);
    const fill = OURS.has(contender) ? '#2f6fed' : '#b7bec9';
    const note = noteOf(contender, isOutOfOrder);
    return [
      text({ x: LABELS - 8, y: y + 13, anchor: 'end' }, contender),
      `<rect x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${fill}"/>`,
      note
        ? text({ x: LABELS + 8, y: y + 13 }, `${rounded(speed)} (${note})`)
        : text({ x: LABELS + width + 6, y: y + 13 }, String(rounded(speed))),
    ].join('\n');
  });
  return [text({ x: 16, y: top + 14, weight: 600 }, `${workload}, events/s`), ...lines].join('\n');
}

function noteOf(contender: string, isOutOfOrder: boolean): string | undefined {
  if (isOutOfOrder) return 'order broken';
  return ACCEPTED_ONLY.has(contender) ? 'accepted only' : undefined;
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'end';
}

function text(
  { x, y, size = 13, weight = 400, fill = '#222', anchor = 'start' }: TextPlace,
  words: string,
): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped}</text>`;
}
