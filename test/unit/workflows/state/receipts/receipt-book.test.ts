import { expect, it } from 'vitest';
import type { PublishReceipt } from '../../../../../src/common/protocol/activities.ts';
import { ReceiptBook } from '../../../../../src/workflows/state/receipts/receipt-book.ts';

const receiptOf = (n: number, reason = ''): PublishReceipt => ({
  msgId: `m-${n}`,
  ...(reason === '' ? { snsMessageId: `sns-${n}` } : { deadLetter: { code: 'InvalidParameter', reason } }),
});
const receipts = (from: number, to: number, reason = ''): readonly PublishReceipt[] =>
  Array.from({ length: to - from + 1 }, (_, index) => receiptOf(from + index, reason));

it('keeps the last thousand receipts', () => {
  const book = new ReceiptBook();
  book.add(receipts(1, 700));
  book.add(receipts(701, 1_001));

  expect(book.get('m-1')).toBeUndefined();
  expect(book.get('m-2')).toEqual(receiptOf(2));
  expect(book.snapshot()).toHaveLength(1_000);
});

it('keeps fewer when they are large, the newest, also over a restart', () => {
  const book = new ReceiptBook();
  book.add(receipts(1, 500, 'r'.repeat(1_000)));
  const kept = book.snapshot();
  expect(JSON.stringify(kept).length).toBeLessThan(100_000 + 1_000);
  expect(kept.length).toBeGreaterThan(50);
  expect(kept.at(-1)?.msgId).toBe('m-500');

  const next = new ReceiptBook(kept);
  next.add(receipts(501, 600, 'r'.repeat(1_000)));
  expect(next.snapshot()).toHaveLength(kept.length);
  expect(next.get('m-600')).toBeDefined();
});

it('takes the newer of two receipts of one message, and counts it as new', () => {
  const book = new ReceiptBook(receipts(1, 1_000));
  book.add([{ msgId: 'm-1', snsMessageId: 'newer' }, receiptOf(1_001)]);

  expect(book.get('m-1')?.snsMessageId).toBe('newer');
  expect(book.get('m-2')).toBeUndefined();
});
