import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, fingerprintOf } from '../../../../../src/workflows/state/aggregate/fingerprint.ts';

// The first half of each: the published vectors of 32-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv). The other half,
// and texts beyond ASCII: computed by another program. State of older runs has fingerprints, so they must never change.
const VECTORS = [
  { text: '', fingerprint: '811c9dc5050c5d1f' },
  { text: 'a', fingerprint: 'e40c292c70772d5a' },
  { text: 'b', fingerprint: 'e70c2de56f772bc7' },
  { text: 'foobar', fingerprint: 'bf9cf968ffe8d046' },
  { text: 'chongo was here!\n', fingerprint: 'd49930d51c4a506f' },
  { text: 'ä', fingerprint: '610b5af3ed77f221' },
  { text: '\ufffe', fingerprint: '7aaea2e1d3e46833' },
  { text: '😀', fingerprint: 'cb31c4b81f6450f2' },
];

describe('the fingerprint of a text', () => {
  it.each(VECTORS)('of $text is $fingerprint', ({ text, fingerprint }) => {
    expect(fingerprintOf(text)).toBe(fingerprint);
  });

  it('has 16 digits also when it begins with zeros, and for long texts', () => {
    expect(fingerprintOf('x'.repeat(100_000))).toBe('0da3ee45c4302a9f');
  });

  it('is another one for every other text', () => {
    const event = '{"type":"NameChanged","name":"Ada Lovelace"}';
    const changed = [...event].flatMap((_, index) =>
      ['0', 'é', '\u{4e2d}'].map((char) => event.slice(0, index) + char + event.slice(index + 1)),
    );
    const shorter = [...event].map((_, index) => event.slice(0, index) + event.slice(index + 1));
    const swapped = [...event].map(
      (_, index) =>
        event.slice(0, index) + (event[index + 1] ?? '') + (event[index] ?? '') + event.slice(index + 2),
    );
    const numbered = Array.from({ length: 20_000 }, (_, index) => `{"number":${index}}`);
    const texts = new Set([event, ...changed, ...shorter, ...swapped, ...numbered]);

    expect(texts.size).toBeGreaterThan(20_200);
    expect(new Set([...texts].map(fingerprintOf)).size).toBe(texts.size);
  });
});

describe('the canonical JSON', () => {
  it('is the same whatever the order of the keys, at every depth, and keeps the order of lists', () => {
    const one = { b: [{ d: 1, c: null }, 'x'], a: { f: true, e: 'y' } };
    const other = { a: { e: 'y', f: true }, b: [{ c: null, d: 1 }, 'x'] };

    expect(canonicalJson(one)).toBe('{"a":{"e":"y","f":true},"b":[{"c":null,"d":1},"x"]}');
    expect(canonicalJson(other)).toBe(canonicalJson(one));
  });

  it('is, for whatever JSON can hold, what fingerprints in the state of older runs were made of', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('10', '9', '007', '-1', '1e3', 'é', '__proto__', ''));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ withCrossShrink: true }, fc.jsonValue(), tie('object'), fc.array(tie('value'))),
      object: fc.dictionary(key, tie('value')),
    }));
    fc.assert(
      fc.property(value, (json) => {
        expect(canonicalJson(json)).toBe(formerCanonicalJson(json));
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves out what JSON has no place for', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, () => 1], c: 1 })).toBe('{"a":[null,null],"c":1}');
  });
});

function formerCanonicalJson(value: unknown): string {
  const isObject = (inner: unknown): inner is object => typeof inner === 'object' && inner !== null;
  const sorted = (inner: object): object =>
    Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) && !Array.isArray(inner) ? sorted(inner) : inner,
  );
}
