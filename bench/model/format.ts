/** Two digits where there are few, none where there are many; thousands apart. */
export function shown(value: number): string {
  if (value >= 999.5) return grouped(Number(value.toPrecision(3)));
  if (value >= 20) return String(Math.round(value));
  return String(Number(value.toPrecision(2)));
}

/** `10000000` as `10,000,000`, in every locale. */
export function grouped(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** What was asked for, to the last digit. */
export function exact(value: number): string {
  return value >= 1_000 && Number.isInteger(value) ? grouped(value) : String(value);
}

/** How much of a limit is used. Where it is nearly all, it is not rounded across 1: that is what it says. */
export function times(share: number): string {
  const isNear = share > 0.945 && share < 1.055;
  const hundredths = share > 1 ? Math.ceil(share * 100) : Math.floor(share * 100);
  return `${isNear ? hundredths / 100 : shown(share)} ×`;
}

/** Lines of so many characters at most, broken between words; those after the first are indented. */
export function wrapped(text: string, width: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
