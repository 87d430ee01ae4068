import { expect, it } from 'vitest';
import { bytesOf, charsOf, utf8Bytes } from '../../../../src/workflows/state/size.ts';
import { customerEntry } from '../../../support/messages.ts';

it.each(['', 'abc', 'ß', 'ÿĀ', '߿ࠀ', '漢字', '😀', 'a😀ß漢', '\u0000\u007f\u0080\uffff'])(
  'counts the bytes of %j as UTF-8 has them',
  (text) => {
    expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
    expect(bytesOf({ text })).toBe(Buffer.byteLength(JSON.stringify({ text })));
  },
);

it('counts half of a pair as JSON writes it', () => {
  expect(bytesOf('\ud83d')).toBe(Buffer.byteLength(JSON.stringify('\ud83d')));
});

it('counts characters of JSON', () => {
  const entry = customerEntry(1);
  expect(charsOf(entry)).toBe(JSON.stringify(entry).length);
});
