/** A place in the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'end';
}

/** A line of words. */
export function text(
  { x, y, size = 12, weight = 400, fill = '#ccccdc', anchor = 'start' }: TextPlace,
  words: string,
): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const bold = weight === 400 ? '' : ` font-weight="${weight}"`;
  const end = anchor === 'start' ? '' : ' text-anchor="end"';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}"${bold}${end}>${escaped}</text>`;
}

/** No more digits than can be seen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A value with its unit, as a person says it. */
export function format(value: number, unit: 's' | 'short' | 'ops'): string {
  if (!Number.isFinite(value)) return '–';
  if (unit !== 's') return `${short(value)}${unit === 'ops' ? '/s' : ''}`;
  if (value === 0) return '0 s';
  if (value < 1) return `${short(value * 1_000)} ms`;
  return value < 120 ? `${short(value)} s` : `${short(value / 60)} min`;
}

function short(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(2)));
}
