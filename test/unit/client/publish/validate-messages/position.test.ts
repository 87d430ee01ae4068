import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { defineEventTopic } from '../../../../../src/event-topic.ts';
import { Customer, customerMessage } from '../../../../support/messages.ts';
import { faultsOf } from './faults-of.ts';

const Ordered = defineEventTopic({ name: 'Customer', event: z.unknown(), ordering: 'position' });
const at = (number: number, position: unknown, id = 'C-1') => ({
  ...customerMessage(number, { id }),
  position,
});

describe('a topic that orders by position', () => {
  it('takes messages with positions of their own', () => {
    expect(faultsOf(Ordered, [at(1, 1), at(2, 2), at(3, 7)])).toEqual([]);
  });

  it.each([
    ['absent', {}],
    ['undefined', { position: undefined }],
  ])('refuses a message whose position is %s', (_what, position) => {
    expect(faultsOf(Ordered, [at(1, 1), { ...customerMessage(2), ...position }])).toEqual([
      { index: 1, msgId: 'm-2', path: 'position', reason: 'is missing; the topic orders by position' },
    ]);
  });

  it('reports a missing position together with the other faults of the message', () => {
    const message = { ...customerMessage(1), id: '', event: undefined };

    expect(faultsOf(Ordered, [message]).map(({ path }) => path)).toEqual(['id', 'position', 'event']);
  });

  it.each([null, 0, 1.5, '1', Number.NaN])('does not call a wrong position missing: %j', (position) => {
    expect(faultsOf(Ordered, [at(1, position)])).toEqual([
      { index: 0, msgId: 'm-1', path: 'position', reason: expect.not.stringContaining('missing') },
    ]);
  });

  it('refuses a position that an earlier message of the aggregate has', () => {
    expect(faultsOf(Ordered, [at(1, 1), at(2, 2), at(3, 1), at(4, 1)])).toEqual([
      { index: 2, msgId: 'm-3', path: 'position', reason: 'is also the position of message #0' },
      { index: 3, msgId: 'm-4', path: 'position', reason: 'is also the position of message #0' },
    ]);
  });

  it('takes the same position of different aggregates', () => {
    expect(faultsOf(Ordered, [at(1, 1, 'C-1'), at(2, 1, 'C-2'), at(3, 1, '1 C-1')])).toEqual([]);
  });

  it('judges messages without a usable id or position by their other faults', () => {
    const bad = [at(1, 1), { ...at(2, 1), id: 5n }, null, { ...at(3, 1), id: undefined }];

    expect(faultsOf(Ordered, bad).map(({ index, path }) => `${index} ${path}`)).toEqual([
      '1 message',
      '2 message',
      '3 id',
    ]);
  });
});

it('a topic that orders by arrival takes messages without positions, and repeated ones', () => {
  expect(faultsOf(Customer, [customerMessage(1), at(2, 1), at(3, 1)])).toEqual([]);
});
