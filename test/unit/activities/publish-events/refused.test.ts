import { describe, expect, it } from 'vitest';
import type { PublishEventsInput } from '../../../../src/common/protocol/activities.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { FakePublisher, inputOf, receiptsOf, runActivity } from './activity.ts';

const refused = { code: 'InvalidMessage', reason: 'event.name: must be a text' };

/** Three events of one aggregate, of which the topic refuses the second. */
function secondRefused(): PublishEventsInput {
  const { aggregates, ...input } = inputOf({ A: [1, 3] });
  const withRefused = aggregates.map(({ id, entries }) => ({
    id,
    entries: entries.map((entry, index) => (index === 1 ? { ...entry, refused } : entry)),
  }));
  return { ...input, aggregates: withRefused };
}

describe('a stored event that the topic refuses', () => {
  it.each([false, true])(
    'is not sent, nor what is behind it; with sameAggregateBatching: %s',
    async (sameAggregateBatching) => {
      const publisher = new FakePublisher();
      const { outcomes } = await runActivity(publisher, secondRefused(), activityEnvironment(), {
        sameAggregateBatching,
      });
      expect(publisher.requested).toEqual(['m-1']);
      expect(outcomes).toEqual([{ receipts: receiptsOf('m-1'), failure: { kind: 'event', ...refused } }]);
    },
  );
});
