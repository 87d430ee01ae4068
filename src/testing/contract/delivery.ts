import assert from 'node:assert/strict';
import type { Clause } from './publisher-rig.ts';
import {
  assertArrived,
  msgIdsOf,
  ofDifferentAggregates,
  ofTwoAggregates,
  publish,
  receiptsOf,
  sampleEvent,
} from './sample-events.ts';
import { type MessageVector, messageVectors } from './vectors.ts';

const UNUSUAL_IDS = [
  ['a space', 'customer 1'],
  ['an emoji', '😀'],
  ['5,000 characters', 'x'.repeat(5_000)],
] as const;

/** What every publisher does. */
export function delivery(): readonly Clause[] {
  return [...basics, ...messageVectors().map(delivers), ...UNUSUAL_IDS.map(takesId)];
}

const basics: readonly Clause[] = [
  {
    title: 'says where it publishes to',
    check: async ({ publisher }) => assert.match(publisher.describe(), /\S/),
  },
  {
    title: 'takes at least one event per call',
    check: async ({ publisher: { maxBatchEntries } }) => {
      assert.ok(
        Number.isInteger(maxBatchEntries) && maxBatchEntries >= 1,
        `maxBatchEntries: ${maxBatchEntries}`,
      );
    },
  },
  {
    title: 'says whether events of one aggregate may share a call, unless the user says otherwise',
    check: async ({ publisher }, { keepsOrder, sameAggregateBatching }) => {
      assert.equal(publisher.sameAggregateBatching ?? false, sameAggregateBatching);
      assert.ok(!(keepsOrder && sameAggregateBatching), 'keepsOrder forbids sameAggregateBatching');
    },
  },
  {
    title: 'gives one receipt per event, in the order of the events',
    check: async (rig) => {
      const entries = ofDifferentAggregates(rig.publisher.maxBatchEntries);
      const receipts = receiptsOf(await publish(rig, entries));
      const ids = new Set(receipts.map(({ snsMessageId }) => snsMessageId));

      assert.deepEqual(
        receipts.map(({ msgId }) => msgId),
        msgIdsOf(entries),
      );
      assert.ok(!ids.has('') && !ids.has(undefined), 'a receipt has no id');
      assert.equal(ids.size, entries.length);
    },
  },
  {
    title: 'delivers the messages as they were published',
    check: async (rig) => {
      const entries = ofDifferentAggregates(rig.publisher.maxBatchEntries);
      await publish(rig, entries);

      assertArrived(await rig.received(entries.length), entries);
    },
  },
  {
    title: 'gives one receipt per event, and delivers it, when events of one aggregate share a call',
    check: async (rig) => {
      const entries = ofTwoAggregates(rig.publisher.maxBatchEntries);
      const receipts = receiptsOf(await publish(rig, entries));

      assert.deepEqual(
        receipts.map(({ msgId }) => msgId),
        msgIdsOf(entries),
      );
      assertArrived(await rig.received(entries.length), entries);
    },
  },
  {
    title: 'acknowledges an event that it has already published',
    check: async (rig) => {
      const entry = sampleEvent(1);
      receiptsOf(await publish(rig, [entry]));
      const [receipt] = receiptsOf(await publish(rig, [entry]));

      assert.equal(receipt?.msgId, 'm-1');
    },
  },
];

function delivers({ title, message, eventType }: MessageVector): Clause {
  return {
    title: `delivers ${title}`,
    check: async (rig) => {
      const entry = { message, ...(eventType === null ? {} : { eventType }) };
      await publish(rig, [entry]);

      assertArrived(await rig.received(1), [entry]);
    },
  };
}

function takesId([what, id]: (typeof UNUSUAL_IDS)[number]): Clause {
  return {
    title: `takes aggregate ids and msgIds with ${what}`,
    check: async (rig) => {
      const entry = sampleEvent(1, { id, msgId: id });
      const [receipt] = receiptsOf(await publish(rig, [entry]));

      assert.equal(receipt?.msgId, id);
      assertArrived(await rig.received(1), [entry]);
    },
  };
}
