import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { validateMessages } from '../../../../../src/client/publish/validate-messages.ts';
import { defineEventTopic } from '../../../../../src/event-topic.ts';
import { Customer, customerMessage } from '../../../../support/messages.ts';
import { faultsOf, LIMITS } from './faults-of.ts';

const message = customerMessage(1);
const Named = defineEventTopic({ name: 'Named', event: z.string(), eventType: (event) => event });

/** No characters of XML 1.0, so SNS does not take them in the value of an attribute. */
const REFUSED = [
  ...['\u0000', '\u0001', '\u0008', '\u000b', '\u000c', '\u000e', '\u001b', '\u001f'],
  ...['\ud800', '\udbff', '\udc00', '\udfff', '\udc00\ud800', '\ufffe', '\uffff'],
];

/** The first and last ones of every range that XML 1.0 allows. */
const TAKEN = [
  ...['\t', '\n', '\r', ' ', '\u007f', '\u0085', '\u2028', '\ud7ff', '\ue000', '\ufffd'],
  ...['\u{10000}', '😀', '\u{1fffe}', '\u{10ffff}'],
];

const codesOf = (text: string): string =>
  Array.from({ length: text.length }, (_, index) => `U+${text.charCodeAt(index).toString(16)}`).join(' ');

describe.each(['service', 'correlationId', 'traceparent', 'schemaVersion'])(
  '%s, which becomes an attribute',
  (key) => {
    const withText = (text: string) => ({ ...message, meta: { ...message.meta, [key]: text } });

    it.each(REFUSED.map((text) => [codesOf(text), text]))('may not have %s', (_code, text) => {
      const fault = {
        index: 0,
        msgId: 'm-1',
        path: `meta.${key}`,
        reason: 'has a character that SNS does not take',
      };

      for (const value of [text, `a${text}`, `${text}b`, `a${text}b`])
        expect(faultsOf(Customer, [withText(value)])).toEqual([fault]);
    });

    it.each(TAKEN.map((text) => [codesOf(text), text]))('may have %s', (_code, text) => {
      for (const value of [text, `a${text}b`]) expect(faultsOf(Customer, [withText(value)])).toEqual([]);
    });
  },
);

describe('the type of an event, which becomes an attribute', () => {
  const { meta } = message;

  it.each(REFUSED.map((text) => [codesOf(text), text]))('may not have %s', (_code, text) => {
    expect(faultsOf(Named, [{ id: 'C-1', meta, event: `a${text}b` }])).toEqual([
      {
        index: 0,
        msgId: 'm-1',
        path: 'event',
        reason: 'eventType(): has a character that SNS does not take',
      },
    ]);
  });

  it('may not have them either when it is found by the default rule', () => {
    const topic = defineEventTopic({ name: 'Customer', event: z.unknown() });
    const fault = { path: 'event', reason: 'eventType(): has a character that SNS does not take' };

    for (const event of [{ type: 'a\u0001' }, { TAG: 'a\u0001' }, 'a\u0001'])
      expect(faultsOf(topic, [{ id: 'C-1', meta, event }])).toEqual([{ index: 0, msgId: 'm-1', ...fault }]);
  });

  it.each(TAKEN.map((text) => [codesOf(text), text]))('may have %s', (_code, text) => {
    const event = `a${text}b`;

    expect(validateMessages(Named, [{ id: 'C-1', meta, event }], LIMITS)).toEqual({
      ok: true,
      entries: [{ message: { id: 'C-1', meta, event }, eventType: event }],
      uploads: [],
    });
  });

  it.each<[string, unknown, string]>([
    ['a number', 5, 'number'],
    ['a boolean', true, 'boolean'],
    ['null', null, 'null'],
    ['an object', { type: 'Created' }, 'object'],
    ['an array', ['Created'], 'array'],
    ['a promise', Promise.resolve('Created'), 'Promise'],
  ])('may not be %s', (_what, type, received) => {
    const eventType = (() => type) as () => string;
    const topic = defineEventTopic({ name: 'Customer', event: z.string(), eventType });

    expect(faultsOf(topic, [{ id: 'C-1', meta, event: 'Created' }])).toEqual([
      {
        index: 0,
        msgId: 'm-1',
        path: 'event',
        reason: `eventType(): Invalid input: expected string, received ${received}`,
      },
    ]);
  });

  it.each([undefined, ''])('is none when eventType() returns %j', (type) => {
    const eventType = (() => type) as () => string;
    const topic = defineEventTopic({ name: 'Customer', event: z.string(), eventType });
    const plain = { id: 'C-1', meta, event: 'Created' };

    expect(validateMessages(topic, [plain], LIMITS)).toEqual({
      ok: true,
      entries: [{ message: plain }],
      uploads: [],
    });
  });
});

describe('what becomes no attribute', () => {
  it.each(['user', 'ip', 'causationId', 'tenant'])('may have any character: %s', (key) => {
    for (const text of REFUSED.filter((refused) => !/\p{Surrogate}/u.test(refused)))
      expect(faultsOf(Customer, [{ ...message, meta: { ...message.meta, [key]: text } }])).toEqual([]);
  });

  it.each(['\u0000', '\u001f', '\ufffe', '\uffff'])('may have any character: ids, with %j', (text) => {
    const named = customerMessage(1, { id: text, msgId: text, meta: { correlationId: 'c' } });

    expect(faultsOf(Customer, [named])).toEqual([]);
  });

  it('may have any character: the content of an event', () => {
    for (const text of REFUSED)
      expect(
        faultsOf(Customer, [customerMessage(1, { event: { type: 'NameChanged', name: text } })]),
      ).toEqual([]);
  });
});
