import type { PublishEntry } from '../../common/protocol/entry.ts';

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

/** Characters of an entry's JSON. */
export function charsOf(entry: PublishEntry): number {
  return JSON.stringify(entry).length;
}

/** Bytes of an entry's JSON in UTF-8, as Temporal counts them. */
export function bytesOf(value: unknown): number {
  return utf8Bytes(JSON.stringify(value));
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Bytes of a text in UTF-8; workflows have no Buffer. */
export function utf8Bytes(text: string): number {
  // Most events, and the engine's own search is several times as quick.
  if (!BEYOND_ASCII.test(text)) return text.length;
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const isHalfOfPair = unit >= 0xd800 && unit <= 0xdfff;
    if (unit > 0x7f) bytes += unit > 0x7ff && !isHalfOfPair ? 2 : 1;
  }
  return bytes;
}

export function sumOf<Item>(items: readonly Item[], sizeOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + sizeOf(item), 0);
}
