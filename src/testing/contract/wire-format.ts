import assert from 'node:assert/strict';
import { toWireMessage } from '../../common/wire-format.ts';
import type { Clause } from './publisher-rig.ts';
import { ofDifferentAggregates, publish } from './sample-events.ts';
import { messageVectors, pointerVectors } from './vectors.ts';

const onlyWith: Clause['onlyWith'] = (features) => features.wireFormat;
const NEVER = new AbortController().signal;

/** What publishers promise whose messages arrive in the wire format: docs/spec/wire-format.md. */
export function wireFormat(): readonly Clause[] {
  return [
    ...messageVectors().map(
      (vector) =>
        ({
          title: `writes the wire format for ${vector.title}`,
          onlyWith,
          check: async ({ publisher, received }, { messageGroups }) => {
            const { topic, message, eventType, body, attributes } = vector;
            await publisher.publish(
              topic,
              [{ message, ...(eventType === null ? {} : { eventType }) }],
              NEVER,
            );
            const [arrived] = await received(1);

            assert.deepEqual(arrived?.wire, { body, attributes });
            assert.equal(arrived.messageGroupId, messageGroups ? vector.messageGroupId : undefined);
            assert.equal(
              arrived.messageDeduplicationId,
              messageGroups ? vector.messageDeduplicationId : undefined,
            );
          },
        }) satisfies Clause,
    ),
    ...pointerVectors().map(
      ({ title, topic, entry, body, attributes }) =>
        ({
          title: `writes the pointer where ${title}`,
          onlyWith,
          check: async ({ publisher, received }) => {
            await publisher.publish(topic, [entry], NEVER);
            const [arrived] = await received(1);

            assert.deepEqual(arrived?.wire, { body, attributes });
          },
        }) satisfies Clause,
    ),
    {
      title: 'writes the wire format of each event of a batch',
      onlyWith,
      check: async (rig) => {
        const entries = ofDifferentAggregates(rig.publisher.maxBatchEntries);
        await publish(rig, entries);
        const bodies = (await rig.received(entries.length)).map(({ wire }) => wire?.body);

        assert.deepEqual(bodies.sort(), entries.map((entry) => toWireMessage('Customer', entry).body).sort());
      },
    },
  ];
}
