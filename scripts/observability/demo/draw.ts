import type { Panel } from '../panels.ts';
import { drawLines, type NamedSeries } from './draw-lines.ts';
import type { Times } from './prometheus-server.ts';
import { type Box, format, round, text } from './svg.ts';

export interface DrawnPanel {
  readonly panel: Panel;
  readonly lines: readonly NamedSeries[];
}

export interface DrawnRow {
  readonly title: string;
  readonly panels: readonly DrawnPanel[];
}

const WIDTH = 1_200;
const MARGIN = 12;
const HEIGHT = { number: 74, lines: 172 } as const;
const ROW_TITLE = 26;

/** The dashboard as an SVG: rows one below the other, their panels side by side. */
export function draw(rows: readonly DrawnRow[], times: Times): string {
  const parts: string[] = [];
  let y = MARGIN;
  for (const { title, panels } of rows) {
    parts.push(text({ x: MARGIN, y: y + 16, size: 14, weight: 600 }, title));
    y += ROW_TITLE;
    const kind = panels[0]?.panel.kind ?? 'lines';
    const columns = kind === 'number' ? panels.length : Math.min(3, panels.length);
    const w = (WIDTH - MARGIN * (columns + 1)) / columns;
    for (const [index, panel] of panels.entries()) {
      const x = MARGIN + (index % columns) * (w + MARGIN);
      const top = y + Math.floor(index / columns) * (HEIGHT[kind] + MARGIN);
      parts.push(drawPanel(panel, { x, y: top, w, h: HEIGHT[kind] }, times));
    }
    y += Math.ceil(panels.length / columns) * (HEIGHT[kind] + MARGIN);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif">
<title>The panels of the dashboard, drawn from its queries</title>
<rect width="100%" height="100%" fill="#111217"/>
${parts.join('\n')}
</svg>
`;
}

function drawPanel({ panel, lines }: DrawnPanel, box: Box, times: Times): string {
  const size = `x="${round(box.x)}" y="${box.y}" width="${round(box.w)}" height="${box.h}"`;
  return [
    `<rect ${size} rx="2" fill="#181b1f" stroke="#2c3235"/>`,
    text({ x: box.x + 8, y: box.y + 17, weight: 600 }, panel.title),
    panel.kind === 'number' ? drawNumber(panel, lines[0], box) : drawLines(panel.unit, lines, { box, times }),
  ].join('\n');
}

function drawNumber(
  { unit, bad = Number.POSITIVE_INFINITY }: Panel,
  line: NamedSeries | undefined,
  { x, y }: Box,
): string {
  const value = Number(line?.series.values.at(-1)?.[1] ?? Number.NaN);
  const fill = value >= bad ? '#f2495c' : '#73bf69';
  return text({ x: x + 12, y: y + 54, size: 28, weight: 600, fill }, format(value, unit));
}
