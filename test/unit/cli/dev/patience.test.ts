import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { beTold } from '../../../../src/cli/dev/patience.ts';

it('keeps the second signal from whoever ends the process, and no other', () => {
  const process = new EventEmitter();
  const ends = vi.fn();
  const second = vi.fn();
  process.on('SIGINT', ends).on('SIGTERM', ends);
  beTold(process, second);
  process.emit('SIGINT');
  expect([ends.mock.calls.length, second.mock.calls.length]).toEqual([1, 0]);
  process.emit('SIGTERM');
  expect([ends.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  process.emit('SIGINT');
  expect([ends.mock.calls.length, second.mock.calls.length]).toEqual([2, 1]);
});
