import assert from 'node:assert/strict';
import type { PublishResult } from '../../activities/event-publisher.ts';
import type { Clause, FaultyPublishers, PublisherRig } from './publisher-rig.ts';
import { assertArrived, ofDifferentAggregates, publish, sampleEvent } from './sample-events.ts';

const onlyWith: Clause['onlyWith'] = ({ remote }) => remote;
const entries = ofDifferentAggregates(2);
const NEVER = new AbortController().signal;

/** What publishers promise whose system may be slow, gone, or without the topic. */
export const faults: readonly Clause[] = [
  {
    title: 'gives up a request whose signal is aborted, and says that trying again may help',
    onlyWith,
    check: async (rig) => {
      const results = await publish(rig, entries, AbortSignal.abort());

      assert.deepEqual(kindsOf(results), ['retry', 'retry']);
      assert.deepEqual(await rig.received(0), []);
    },
  },
  {
    title: 'gives up a request that is aborted while it is under way',
    onlyWith,
    check: async (rig) => {
      const { unanswered, asked } = faultyOf(rig);
      const stop = new AbortController();
      const results = unanswered.publish('Customer', entries, stop.signal);
      await asked();
      stop.abort();

      assert.deepEqual(kindsOf(await results), ['retry', 'retry']);
    },
  },
  {
    title: 'says that trying again may help when the system is not there',
    onlyWith,
    check: async (rig) => {
      const results = await faultyOf(rig).unreachable.publish('Customer', entries, NEVER);

      assert.deepEqual(kindsOf(results), ['retry', 'retry']);
    },
  },
  {
    title: 'says that an operator must help when the topic does not exist',
    onlyWith,
    check: async (rig) => {
      const results = await faultyOf(rig).withoutTopic.publish('Customer', entries, NEVER);

      assert.deepEqual(kindsOf(results), ['configuration', 'configuration']);
    },
  },
  {
    title: 'says of an event that the system refuses that only another one helps, and publishes the others',
    onlyWith,
    check: async (rig) => {
      const [first = sampleEvent(1), last = sampleEvent(2)] = entries;
      const results = await publish(rig, [first, faultyOf(rig).refused, last]);

      assert.deepEqual(kindsOf(results), ['published', 'event', 'published']);
      assertArrived(await rig.received(entries.length), entries);
    },
  },
  {
    title: 'publishes the same events when they are tried again',
    onlyWith,
    check: async (rig) => {
      await publish(rig, entries, AbortSignal.abort());
      await publish(rig, entries);

      assertArrived(await rig.received(entries.length), entries);
    },
  },
];

function kindsOf(results: readonly PublishResult[]): readonly string[] {
  return results.map((result) => (result.ok ? 'published' : result.failure.kind));
}

function faultyOf({ faulty }: PublisherRig): FaultyPublishers {
  assert.ok(faulty, 'The rig of a remote publisher needs `faulty`');
  return faulty;
}
