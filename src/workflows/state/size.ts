/** What an aggregate, or several together, hold. */
export interface Sizes {
  /** Events that wait, wherever they are held. */
  readonly pending: number;
  /** Size of the events in memory that leave soon. */
  readonly active: number;
  /** Size of those that wait for an operator, for time, or for an earlier event. */
  readonly held: number;
  /** Bytes of everything else in the next run's input. */
  readonly state: number;
}

export function sumOf<Item>(items: readonly Item[], sizeOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + sizeOf(item), 0);
}
