import type { Panel } from '../panels.ts';
import type { Series, Times } from './prometheus-server.ts';
import { type Box, format, round, text } from './svg.ts';

/** A line of a panel with its name. */
export interface NamedSeries {
  readonly name: string;
  readonly series: Series;
}

const TITLE = 26;
const AXIS = 46;
const LEGEND_LINE = 13;
const MAX_NAME = 32;
const COLORS = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff9830', '#f2495c', '#b877d9', '#5794f2', '#96d98d'];

interface Plot {
  readonly box: Box;
  /** The value at its top. */
  readonly most: number;
  readonly times: Times;
}

/** What is in the frame of a panel that shows lines: scale, lines, names; at most eight. */
export function drawLines(
  unit: Panel['unit'],
  lines: readonly NamedSeries[],
  { box, times }: Pick<Plot, 'box' | 'times'>,
): string {
  const shown = lines.slice(0, COLORS.length);
  if (shown.length === 0)
    return text({ x: box.x + box.w / 2 - 22, y: box.y + box.h / 2, fill: '#8e8e8e' }, 'No data');
  const legend = Math.ceil(shown.length / 2) * LEGEND_LINE;
  const inner = { x: box.x + AXIS, y: box.y + TITLE, w: box.w - AXIS - 10, h: box.h - TITLE - legend - 12 };
  const plot = { box: inner, most: highest(shown), times };
  return [
    ...[0, 0.5, 1].map((share) => gridLine(share, plot, unit)),
    ...shown.map(({ series }, index) => path(series, plot, COLORS[index])),
    ...shown.map(({ name }, index) => nameAt(index, name, { ...box, y: box.y + box.h - legend })),
  ].join('\n');
}

function highest(lines: readonly NamedSeries[]): number {
  const values = lines.flatMap(({ series }) => series.values.map(([, value]) => Number(value)));
  return Math.max(...values.filter(Number.isFinite), 0) || 1;
}

function gridLine(share: number, { box, most }: Plot, unit: Panel['unit']): string {
  const y = round(box.y + box.h * (1 - share));
  const label = { x: box.x - 4, y: y + 4, size: 10, fill: '#9fa7b3', anchor: 'end' } as const;
  return `<path d="M${round(box.x)} ${y}h${round(box.w)}" stroke="#2c3235"/>${text(label, format(most * share, unit))}`;
}

/** A gap where there is no value. */
function path({ values }: Series, { box, most, times }: Plot, color: string | undefined): string {
  let last = Number.NEGATIVE_INFINITY;
  const points = values.flatMap(([seconds, words]) => {
    const value = Number(words);
    if (!Number.isFinite(value)) return [];
    const x = box.x + (box.w * (seconds - times.start)) / (times.end - times.start);
    const y = box.y + box.h * (1 - value / most);
    const isNext = seconds - last <= times.step;
    last = seconds;
    return `${isNext ? 'L' : 'M'}${round(x)} ${round(y)}`;
  });
  return `<path d="${points.join('')}" fill="none" stroke="${color}" stroke-width="1.3"/>`;
}

function nameAt(index: number, name: string, box: Box): string {
  const x = box.x + 10 + (index % 2) * (box.w / 2 - 6);
  const y = box.y + Math.floor(index / 2) * LEGEND_LINE + 5;
  const words = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
  const mark = `<rect x="${round(x)}" y="${y - 5}" width="8" height="3" fill="${COLORS[index]}"/>`;
  return mark + text({ x: x + 12, y, size: 10 }, words);
}
