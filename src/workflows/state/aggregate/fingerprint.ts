import type { PublishEntry } from '../../../common/protocol/entry.ts';

// FNV-1a: small, quick and the same everywhere. It only tells a repeated message from another one with the same msgId; no
// event is dropped because of it.
const FNV_PRIME = 0x01000193;
// Looking up a global costs a hundred nanoseconds in a workflow's sandbox: too much to do it for each character.
const { imul } = Math;
const { stringify } = JSON;
const OFFSETS: readonly [number, number] = [0x811c9dc5, 0x050c5d1f];

/** The fingerprint of what an entry says: message, and the body that S3 holds for it. */
export function fingerprintOfEntry({ message, claimCheck }: PublishEntry): string {
  return fingerprintOf(canonicalJson(message) + (claimCheck?.key ?? ''));
}

/** 64 bits of hash over a text's UTF-16 code units, in hexadecimal: two hashes that begin differently. */
export function fingerprintOf(text: string): string {
  let [one, other] = OFFSETS;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = imul(one ^ unit, FNV_PRIME);
    other = imul(other ^ unit, FNV_PRIME);
  }
  return toHex(one) + toHex(other);
}

function toHex(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/**
 * JSON with sorted keys: a store such as PostgreSQL's jsonb gives them back in another order. Of a JSON value; what JSON has no
 * place for is left out as `JSON.stringify` does.
 */
export function canonicalJson(value: unknown): string {
  return toText(value) ?? 'null';
}

function toText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => toText(item) ?? 'null').join(',')}]`;
  const members: string[] = [];
  for (const key of sortedKeys(value)) {
    const member = toText((value as Record<string, unknown>)[key]);
    if (member !== undefined) members.push(`${stringify(key)}:${member}`);
  }
  return `{${members.join(',')}}`;
}

/** Keys that are numbers first and by their value, as every object has them. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value).sort();
  return keys.some(beginsWithDigit) ? Object.keys(Object.fromEntries(keys.map((key) => [key, true]))) : keys;
}

function beginsWithDigit(key: string): boolean {
  return key >= '0' && key < ':';
}
