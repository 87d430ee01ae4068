import { describe, expect, it } from 'vitest';
import { Customer, customerMessage, customerMeta } from '../../../../support/messages.ts';
import { faultsOf } from './faults-of.ts';

const message = customerMessage(1);
const { meta } = message;

function without(key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(meta).filter(([name]) => name !== key));
}

describe('an envelope', () => {
  it.each([
    ['null', null, 'Invalid input: expected object, received null'],
    ['undefined', undefined, 'Invalid input: expected object, received null'],
    ['a string', 'Deleted', 'Invalid input: expected object, received string'],
    ['a number', 5, 'Invalid input: expected object, received number'],
    ['a function', () => undefined, 'is a function, which JSON leaves out'],
  ])('that is %s is a fault', (_what, bad, reason) => {
    expect(faultsOf(Customer, [bad])).toEqual([{ index: 0, msgId: undefined, path: 'message', reason }]);
  });

  it('with a key that would not travel is a fault', () => {
    expect(faultsOf(Customer, [{ ...message, tenant: 'acme' }])).toEqual([
      { index: 0, msgId: 'm-1', path: 'message', reason: 'Unrecognized key: "tenant"' },
    ]);
  });

  it.each([
    ['empty', '', 'must not be empty'],
    ['a number', 5, 'Invalid input: expected string, received number'],
    ['missing', undefined, 'Invalid input: expected string, received undefined'],
    ['ill-formed Unicode', 'C-\ud800', 'must be well-formed Unicode'],
  ])('with an aggregate id that is %s is a fault', (_what, id, reason) => {
    expect(faultsOf(Customer, [{ ...message, id }])).toEqual([
      { index: 0, msgId: 'm-1', path: 'id', reason },
    ]);
  });

  it.each([
    [0, 'positions start at 1'],
    [-1, 'positions start at 1'],
    [1.5, 'Invalid input: expected int, received number'],
    ['1', 'Invalid input: expected number, received string'],
    [null, 'Invalid input: expected number, received null'],
    [Number.NaN, 'is NaN, of which JSON makes null'],
  ])('with the position %j is a fault', (position, reason) => {
    expect(faultsOf(Customer, [{ ...message, position }])).toEqual([
      { index: 0, msgId: 'm-1', path: 'position', reason },
    ]);
  });

  it.each([1, 42, Number.MAX_SAFE_INTEGER])('may have the position %d', (position) => {
    expect(faultsOf(Customer, [{ ...message, position }])).toEqual([]);
  });
});

describe('meta', () => {
  it.each(['service', 'ip', 'user', 'correlationId'])('without %s is a fault', (key) => {
    expect(faultsOf(Customer, [{ ...message, meta: without(key) }])).toEqual([
      {
        index: 0,
        msgId: 'm-1',
        path: `meta.${key}`,
        reason: 'Invalid input: expected string, received undefined',
      },
    ]);
  });

  it('that is missing is a fault', () => {
    expect(faultsOf(Customer, [{ ...message, meta: undefined }])).toEqual([
      {
        index: 0,
        msgId: undefined,
        path: 'meta',
        reason: 'Invalid input: expected object, received undefined',
      },
    ]);
  });

  it.each(['service', 'correlationId'])('with an empty %s is a fault', (key) => {
    expect(faultsOf(Customer, [{ ...message, meta: { ...meta, [key]: '' } }])).toEqual([
      { index: 0, msgId: 'm-1', path: `meta.${key}`, reason: 'must not be empty' },
    ]);
  });

  it('may have an empty user and an empty ip', () => {
    expect(faultsOf(Customer, [{ ...message, meta: { ...meta, user: '', ip: '' } }])).toEqual([]);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['without seconds', '2026-01-31T12:00Z'],
    ['without a zone', '2026-01-31T12:00:00.000'],
    ['in another zone', '2026-01-31T12:00:00.000+01:00'],
    ['a date', '2026-01-31'],
    ['a day that is none', '2026-02-30T12:00:00.000Z'],
    ['milliseconds', 1_769_860_800_000],
  ])('with a time that is %s is a fault', (_what, time) => {
    expect(faultsOf(Customer, [{ ...message, meta: { ...meta, time } }])).toEqual([
      {
        index: 0,
        msgId: 'm-1',
        path: 'meta.time',
        reason: 'must be an ISO 8601 time in UTC, as 2026-01-31T12:00:00.000Z',
      },
    ]);
  });

  it.each(['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.123Z', '2026-01-31T12:00:00.123456Z'])(
    'may have the time %s',
    (time) => {
      expect(faultsOf(Customer, [{ ...message, meta: { ...meta, time } }])).toEqual([]);
    },
  );

  it.each(['causationId', 'traceparent', 'schemaVersion'])('with a %s that is no text is a fault', (key) => {
    expect(faultsOf(Customer, [{ ...message, meta: { ...meta, [key]: 2 } }])).toEqual([
      {
        index: 0,
        msgId: 'm-1',
        path: `meta.${key}`,
        reason: 'Invalid input: expected string, received number',
      },
    ]);
  });

  it('may have keys of its own', () => {
    expect(faultsOf(Customer, [{ ...message, meta: { ...meta, tenant: { name: 'acme' } } }])).toEqual([]);
  });
});

describe('a msgId', () => {
  it.each([
    ['missing', undefined, 'Invalid input: expected string, received undefined'],
    ['empty', '', 'must not be empty'],
    ['a number', 7, 'Invalid input: expected string, received number'],
  ])('that is %s is a fault, and names no message', (_what, msgId, reason) => {
    expect(faultsOf(Customer, [{ ...message, meta: { ...meta, msgId } }])).toEqual([
      { index: 0, msgId: undefined, path: 'meta.msgId', reason },
    ]);
  });

  it('that is ill-formed Unicode is a fault', () => {
    const illFormed = { ...meta, msgId: 'm-\udc00' };

    expect(faultsOf(Customer, [{ ...message, meta: illFormed }])).toEqual([
      { index: 0, msgId: 'm-\udc00', path: 'meta.msgId', reason: 'must be well-formed Unicode' },
    ]);
  });

  it('that is ill-formed Unicode is a fault of the correlationId too, when it is both', () => {
    expect(faultsOf(Customer, [{ ...message, meta: customerMeta('m-\udc00') }])).toEqual([
      { index: 0, msgId: 'm-\udc00', path: 'meta.msgId', reason: 'must be well-formed Unicode' },
      {
        index: 0,
        msgId: 'm-\udc00',
        path: 'meta.correlationId',
        reason: 'has a character that SNS does not take',
      },
    ]);
  });

  it('that comes again in the call is a fault, also for another aggregate', () => {
    const messages = [
      customerMessage(1),
      customerMessage(2),
      customerMessage(1),
      customerMessage(1, { id: 'C-2' }),
    ];

    expect(faultsOf(Customer, messages)).toEqual([
      { index: 2, msgId: 'm-1', path: 'meta.msgId', reason: 'is also the msgId of message #0' },
      { index: 3, msgId: 'm-1', path: 'meta.msgId', reason: 'is also the msgId of message #0' },
    ]);
  });
});

describe('ids', () => {
  it.each([
    ['a space', 'customer 1'],
    ['an emoji', '😀'],
    ['a slash', 'a/b'],
    ['a line break', 'a\nb'],
    ['5,000 characters', 'x'.repeat(5_000)],
  ])('with %s are accepted', (_what, id) => {
    expect(faultsOf(Customer, [customerMessage(1, { id, msgId: id })])).toEqual([]);
  });
});
