import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLosses } from '../../../src/common/lossless-json.ts';

class Money {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  get cents(): number {
    return this.#cents;
  }
}

const LOSSES: readonly (readonly [what: string, value: unknown, reason: string])[] = [
  ['NaN', Number.NaN, 'is NaN, of which JSON makes null'],
  ['Infinity', -Infinity, 'is -Infinity, of which JSON makes null'],
  ['a Map', new Map([['a', 1]]), 'is an instance of Map, of which JSON makes an empty object'],
  ['a Set', new Set([1]), 'is an instance of Set, of which JSON makes an empty object'],
  ['a RegExp', /a/, 'is an instance of RegExp, of which JSON makes an empty object'],
  ['an Error', new Error('a'), 'is an instance of Error, of which JSON makes an empty object'],
  [
    'an ArrayBuffer',
    new ArrayBuffer(4),
    'is an instance of ArrayBuffer, of which JSON makes an empty object',
  ],
  ['a promise', Promise.resolve(1), 'is an instance of Promise, of which JSON makes an empty object'],
  [
    'an object with private content',
    new Money(5),
    'is an instance of Money, of which JSON makes an empty object',
  ],
  ['an invalid Date', new Date(Number.NaN), 'is an invalid Date, of which JSON makes null'],
  [
    'an Error that has a code',
    Object.assign(new Error('a'), { code: 1 }),
    'is an instance of Error, of which JSON makes a plain object',
  ],
  ['bytes', new Uint8Array([1, 2]), 'is an instance of Uint8Array, of which JSON makes a plain object'],
  ['a function', () => 1, 'is a function, which JSON leaves out'],
  ['a symbol', Symbol('a'), 'is a symbol, which JSON leaves out'],
];

describe('JSON loses', () => {
  it.each(LOSSES)('%s, wherever it is', (_what, value, reason) => {
    expect(jsonLosses({ event: { items: [1, { amount: value }] } })).toEqual([
      { path: 'event.items.1.amount', reason },
    ]);
  });

  it('undefined in an array, which becomes null', () => {
    const reason = 'is undefined, of which JSON makes null in an array';
    expect(jsonLosses({ list: [1, undefined, [undefined, 2]] })).toEqual([
      { path: 'list.1', reason },
      { path: 'list.2.0', reason },
    ]);
  });

  it('what toJSON says, when that is lost in turn', () => {
    expect(jsonLosses({ at: { toJSON: () => ({ n: Number.NaN }) } })).toMatchObject([{ path: 'at.n' }]);
  });
});

it.each([
  ['a Date', new Date(0)],
  ['a property that is undefined', { a: undefined, b: 1 }],
  ['large and tiny doubles', [Number.MAX_VALUE, 2 ** 60, -0, 5e-324]],
  ['what says itself what it is, by its key', { toJSON: (key: string) => key.toUpperCase() }],
  ['an empty object, also one without a prototype', [{}, Object.create(null), []]],
  ['an instance of a class whose fields JSON sees', Object.assign(new (class Fields {})(), { a: 1 })],
  ['a boxed text', Object('a')],
])('JSON does not lose %s', (_what, value) => {
  expect(jsonLosses({ value })).toEqual([]);
});

describe('whatever the value', () => {
  it('nothing is lost of what JSON gives back as it was', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void expect(jsonLosses(value)).toEqual([])));
  });

  it('a loss that is put somewhere is named by its path', () => {
    const key = fc.stringMatching(/^[a-z]{1,5}$/);
    const paths = fc.array(fc.oneof(key, fc.nat(3)), { minLength: 1, maxLength: 6 });
    const place = (path: readonly (string | number)[], value: unknown): unknown =>
      path.reduceRight(
        (inner, step) =>
          typeof step === 'number' ? [...Array(step).fill(0), inner] : { ok: 1, [step]: inner },
        value,
      );
    fc.assert(
      fc.property(paths, fc.constantFrom(...LOSSES), (path, [, value, reason]) => {
        expect(jsonLosses(place(path, value))).toEqual([{ path: path.join('.'), reason }]);
      }),
    );
  });
});
