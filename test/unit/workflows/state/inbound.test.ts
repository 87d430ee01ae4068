import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublisherInput } from '../../../../src/common/protocol/publish.ts';
import {
  faultOfAwait,
  faultOfInput,
  faultOfOperation,
  readLoadedPage,
  readPublishRequest,
} from '../../../../src/workflows/state/inbound.ts';
import { Publisher } from '../../../../src/workflows/state/publisher.ts';
import { customerEntry, msgIdsOf } from '../../../support/messages.ts';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const good = customerEntry(1);
const { message } = good;
const { meta } = message;

/** A good entry, but for one thing. */
const WRONG_ENTRIES: readonly (readonly [fault: string, entry: unknown])[] = [
  [' is not an object', null],
  [' is not an object', 'm-1'],
  ['.message is not an object', {}],
  ['.message is not an object', { message: 5 }],
  ['.message.id is not a text', { message: { ...message, id: '' } }],
  ['.message.id is not a text', { message: { ...message, id: 7 } }],
  ['.message.id is that of another aggregate', { message: { ...message, id: 'C-2' } }],
  ['.message.meta.msgId is not a text', { message: { ...message, meta: undefined } }],
  ['.message.meta.msgId is not a text', { message: { ...message, meta: { ...meta, msgId: 1 } } }],
  ['.message.meta.service is not a text', { message: { ...message, meta: { ...meta, service: 5 } } }],
  [
    '.message.meta.traceparent is not a text',
    { message: { ...message, meta: { ...meta, traceparent: {} } } },
  ],
  ['.message.event is missing', { message: { id: 'C-1', meta } }],
  ['.message.position is not a whole number from 1', { message: { ...message, position: 0 } }],
  ['.message.position is not a whole number from 1', { message: { ...message, position: '1' } }],
  ['.eventType is not a text', { ...good, eventType: 5 }],
  ['.traceparent is not a text', { ...good, traceparent: 7 }],
  ['.handedOverAt is not a number', { ...good, handedOverAt: 'now' }],
  ['.claimCheck is not { bucket, key, bytes }', { ...good, claimCheck: { bucket: 'b' } }],
];

describe('a publish signal', () => {
  it.each([undefined, null, 5, 'text', [], {}, { entries: null }, { entries: { 0: good } }])(
    'is set aside as a whole when it is %j',
    (signal) => {
      expect(readPublishRequest(signal, { id: 'C-1' })).toEqual({
        entries: [],
        awaited: undefined,
        faults: ['a publish signal without an array `entries`'],
      });
    },
  );

  it.each(WRONG_ENTRIES)('has its good entries taken, and the one set aside that%s: %j', (fault, entry) => {
    const read = readPublishRequest({ entries: [good, entry] }, { id: 'C-1' });
    expect(msgIdsOf(read.entries)).toEqual(['m-1']);
    expect(read.faults).toEqual([`entries[1]${fault}`]);
  });

  it('needs positions where they make the order, and only there', () => {
    expect(readPublishRequest({ entries: [good] }, { id: 'C-1', ordering: 'arrival' }).faults).toEqual([]);
    expect(readPublishRequest({ entries: [good] }, { id: 'C-1', ordering: 'position' }).faults).toEqual([
      'entries[0].message.position is not a whole number from 1',
    ]);
  });

  it('of a partition brings events of any aggregate', () => {
    const other = customerEntry(2, { id: 'C-2' });
    expect(readPublishRequest({ entries: [good, other] }, {}).entries).toEqual([good, other]);
  });

  it.each([null, {}, { waiter: 'w' }, { waiter: 'w', msgIds: [1] }])(
    'has its entries taken when it says %j of who waits for them',
    (awaited) => {
      expect(readPublishRequest({ entries: [good], awaited }, { id: 'C-1' })).toEqual({
        entries: [good],
        awaited: undefined,
        faults: ['awaited is not { waiter, msgIds }'],
      });
    },
  );
});

it.each([
  undefined,
  null,
  5,
  {},
  { page: 5, entries: [] },
  { page: 'p' },
  { page: 'p', entries: [good, null] },
])('a page signal is set aside when it is %j', (signal) => {
  expect(readLoadedPage(signal, { id: 'C-1' })).toEqual({
    page: undefined,
    faults: ['a page signal that is not { page, entries }'],
  });
});

describe('an update is refused', () => {
  const operator = { actor: 'ada', reason: 'a test' };

  it.each([undefined, null, 5, {}, { actor: 'ada' }, { ...operator, id: 5 }, { ...operator, msgId: {} }])(
    'when an operator’s request is %j',
    (request) => expect(faultOfOperation('retry', request)).toMatch(/^The request is not/),
  );

  it('when the replacement is no entry', () => {
    const request = { ...operator, replacement: { message: {} } };
    expect(faultOfOperation('replace', request)).toBe("The request's replacement.message.id is not a text");
    expect(faultOfOperation('replace', { ...operator, replacement: good })).toBeUndefined();
  });

  it.each([undefined, null, {}, { waiter: 'w' }, { waiter: 'w', messages: [{ id: 'a' }] }])(
    'when a request for receipts is %j',
    (request) => expect(faultOfAwait(request)).toMatch(/^The request is not/),
  );
});

it.each([undefined, null, 5, {}, { topic: 'Customer' }, { id: 'C-1' }, { topic: '', id: 'C-1' }])(
  'a publisher is not started with %j',
  (input) => expect(faultOfInput(input)).toMatch(/^A publisher is started with/),
);

describe('whatever is signalled by hand', () => {
  const inputs: readonly PublisherInput[] = [
    { topic: 'Customer', id: 'C-1' },
    { topic: 'Customer', partition: { index: 0, count: 1 } },
    { topic: 'Customer', id: 'C-1', ordering: 'position' },
  ];
  /** Rubbish, and rubbish in the places where something is expected. */
  const rubbish = fc.oneof(
    fc.jsonValue(),
    fc.record({ entries: fc.jsonValue(), awaited: fc.jsonValue() }, { requiredKeys: [] }),
    fc.record({
      entries: fc.array(
        fc.oneof(
          fc.jsonValue(),
          fc.constantFrom(...WRONG_ENTRIES).map(([, entry]) => entry),
        ),
      ),
    }),
    fc.record({ page: fc.jsonValue(), entries: fc.jsonValue() }),
  );

  it.each(inputs)('the publisher %j takes what is good, in order, once, and counts the rest', (input) => {
    fc.assert(
      fc.property(fc.array(rubbish, { maxLength: 12 }), (signals) => {
        const publisher = new Publisher(input, NOW);
        const goods = signals.map((_, index) => customerEntry(index + 1, { position: index + 1 }));
        let faults = 0;
        for (const [index, signal] of signals.entries()) {
          faults += publisher.accept(signal, NOW).faults.length;
          faults += publisher.load(signal, NOW).faults.length;
          faults += publisher.accept({ entries: [goods[index], null] }, NOW).faults.length;
        }
        // What happens to look like an entry may be one.
        const { accepted, pending, setAside } = publisher.status('C-1');
        expect([accepted, pending, setAside?.count ?? 0]).toEqual([goods.length, goods.length, faults]);
        const next = new Publisher(JSON.parse(JSON.stringify(publisher.nextInput([]))), NOW);
        expect(next.status('C-1').setAside).toEqual(setAside);
      }),
    );
  });
});
