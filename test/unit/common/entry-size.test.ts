import { expect, it } from 'vitest';
import { bytesOf, bytesOfEntry, charsOf, utf8Bytes } from '../../../src/common/entry-size.ts';
import { customerEntry } from '../../support/messages.ts';

const entry = customerEntry(1, { event: { type: 'NameChanged', name: 'Ada 漢字' } });

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

it.each(['first', 'again'])('counts characters and bytes of an entry’s JSON, %s', () => {
  expect(charsOf(entry)).toBe(JSON.stringify(entry).length);
  expect(bytesOfEntry(entry)).toBe(Buffer.byteLength(JSON.stringify(entry)));
  expect(bytesOfEntry(entry)).toBeGreaterThan(charsOf(entry));
});

it('counts each entry for itself, and what is no entry anew', () => {
  const list = [1];
  const before = bytesOf(list);
  list.push(2);
  expect(bytesOf(list)).toBe(before + 2);
  expect(charsOf({ ...entry, position: 1_000_000 })).toBeGreaterThan(charsOf(entry));
});
