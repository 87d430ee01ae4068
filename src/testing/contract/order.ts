import assert from 'node:assert/strict';
import type { Clause } from './publisher-rig.ts';
import { msgIdsOf, ofTwoAggregates, publish, sampleEvent } from './sample-events.ts';

/** What publishers promise that keep order, or drop what they know. */
export const order: readonly Clause[] = [
  {
    title: 'does not deliver an event twice',
    onlyWith: ({ dropsRepeatedMsgIds }) => dropsRepeatedMsgIds,
    check: async (rig) => {
      for (const number of [1, 1, 2, 1]) await publish(rig, [sampleEvent(number)]);

      assert.deepEqual(msgIdsOf(await rig.received(2)), ['m-1', 'm-2']);
    },
  },
  {
    title: 'delivers the events of an aggregate in their order',
    onlyWith: ({ keepsOrder }) => keepsOrder,
    check: async (rig) => {
      const entries = Array.from({ length: 12 }, (_, number) => sampleEvent(number));
      for (const entry of entries) await publish(rig, [entry]);

      assert.deepEqual(msgIdsOf(await rig.received(entries.length)), msgIdsOf(entries));
    },
  },
  {
    title: 'delivers the events of an aggregate that share a call in their order',
    onlyWith: ({ keepsOrder }) => keepsOrder,
    check: async (rig) => {
      const entries = ofTwoAggregates(rig.publisher.maxBatchEntries);
      await publish(rig, entries);
      const received = await rig.received(entries.length);

      for (const id of ['C-1', 'C-2']) {
        const own = (messages: typeof entries): typeof entries =>
          messages.filter(({ message }) => message.id === id);
        assert.deepEqual(msgIdsOf(own(received)), msgIdsOf(own(entries)));
      }
    },
  },
];
