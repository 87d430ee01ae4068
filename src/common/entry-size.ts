/** Of an entry's JSON. */
interface EntrySize {
  readonly chars: number;
  readonly bytes: number;
}

// The one thing that workflows of a worker share: harmless, for it says of an object only what the object says. An entry never changes, and one that waits is measured when it comes, when it moves, and whenever something is to be filled up to a size.
const measured = new WeakMap<object, EntrySize>();

/** Characters of an entry's JSON. */
export function charsOf(entry: object): number {
  return sizeOf(entry).chars;
}

/** Bytes of an entry's JSON in UTF-8, as Temporal counts them. */
export function bytesOfEntry(entry: object): number {
  return sizeOf(entry).bytes;
}

/** Bytes of any value's JSON in UTF-8, also of one that changes. */
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

function sizeOf(entry: object): EntrySize {
  const known = measured.get(entry);
  if (known) return known;
  const text = JSON.stringify(entry);
  const size = { chars: text.length, bytes: utf8Bytes(text) };
  measured.set(entry, size);
  return size;
}
