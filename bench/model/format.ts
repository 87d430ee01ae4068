/** Two digits where there are few, none where there are many; thousands apart. */
export function shown(value: number): string {
  if (value >= 1_000) return grouped(Number(value.toPrecision(3)));
  if (value >= 20) return String(Math.round(value));
  return String(Number(value.toPrecision(2)));
}

/** `10000000` as `10,000,000`, in every locale. */
export function grouped(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** How much of a limit is used. */
export function times(share: number): string {
  return `${shown(share)} ×`;
}
