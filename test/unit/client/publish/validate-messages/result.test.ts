import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { validateMessages } from '../../../../../src/client/publish/validate-messages.ts';
import type { EventMessage } from '../../../../../src/common/message.ts';
import { defineEventTopic } from '../../../../../src/event-topic.ts';
import { Customer, customerMessage, RescriptCustomer } from '../../../../support/messages.ts';
import { faultsOf, LIMIT, LIMITS } from './faults-of.ts';

const meta = customerMessage(1).meta;

describe('good messages', () => {
  it('become entries with the type of the event, in order', () => {
    const messages = [customerMessage(1), customerMessage(2, { event: { type: 'Deleted' }, position: 2 })];

    expect(validateMessages(Customer, messages, LIMITS)).toEqual({
      ok: true,
      entries: [
        { message: messages[0], eventType: 'NameChanged' },
        { message: messages[1], eventType: 'Deleted' },
      ],
      uploads: [],
    });
  });

  it('may be of the ReScript form', () => {
    const messages = [
      { id: 'C-1', meta, event: { TAG: 'NameChanged' as const, _0: 'Ada' } },
      { id: 'C-1', meta: { ...meta, msgId: 'm-2' }, event: 'Deleted' as const },
    ];

    expect(validateMessages(RescriptCustomer, messages, LIMITS)).toEqual({
      ok: true,
      entries: [
        { message: messages[0], eventType: 'NameChanged' },
        { message: messages[1], eventType: 'Deleted' },
      ],
      uploads: [],
    });
  });

  it('without a type become entries without one', () => {
    const topic = defineEventTopic({ name: 'Reading', event: z.number() });

    expect(validateMessages(topic, [{ id: 'R-1', meta, event: 20.5 }], LIMITS)).toEqual({
      ok: true,
      entries: [{ message: { id: 'R-1', meta, event: 20.5 } }],
      uploads: [],
    });
  });

  it('travel as they were given: the schema checks, it does not change', () => {
    const event = z.object({ name: z.string().transform((name) => name.trim()), age: z.number().default(0) });
    const topic = defineEventTopic({ name: 'Customer', event });
    const message = { id: 'C-1', meta, event: { name: ' Ada ', nick: 'kept' } };

    expect(validateMessages(topic, [message], LIMITS)).toEqual({
      ok: true,
      entries: [{ message }],
      uploads: [],
    });
  });

  it('are not touched by what the caller does to them afterwards', () => {
    const event = { type: 'NameChanged' as const, name: 'Ada' };
    const result = validateMessages(Customer, [customerMessage(1, { event })], LIMITS);
    event.name = 'changed';

    expect(result).toMatchObject({ entries: [{ message: { event: { name: 'Ada' } } }] });
  });

  it('may be none', () => {
    expect(validateMessages(Customer, [], LIMITS)).toEqual({ ok: true, entries: [], uploads: [] });
  });
});

describe('the faults of a call', () => {
  it('are those of all its messages, in the order of the messages', () => {
    const bad: unknown[] = [
      customerMessage(1),
      { ...customerMessage(2), id: '' },
      null,
      customerMessage(1, { event: { type: 'Created' } as never }),
      customerMessage(5, { event: { type: 'NameChanged', name: 'x'.repeat(LIMIT) } }),
      { ...customerMessage(6), event: 6n },
    ];

    expect(faultsOf(Customer, bad).map(({ index, path }) => `${index} ${path}`)).toEqual([
      '1 id',
      '2 message',
      '3 event.name',
      '3 event.address',
      '3 meta.msgId',
      '4 message',
      '5 message',
    ]);
  });

  it('of one message are those of its envelope, its meta and its event together', () => {
    const message = {
      id: '',
      meta: { ...meta, time: 'today', service: '' },
      event: { type: 'NameChanged' },
      position: 0,
      extra: 1,
    };

    expect(faultsOf(Customer, [message]).map(({ path }) => path)).toEqual([
      'id',
      'meta.service',
      'meta.time',
      'position',
      'message',
      'event.name',
    ]);
  });

  it('leave no entries: a call is sent as a whole or not at all', () => {
    const messages = [customerMessage(1), { id: '' } as unknown as EventMessage];

    expect(validateMessages(Customer, messages, LIMITS)).not.toHaveProperty('entries');
  });
});
