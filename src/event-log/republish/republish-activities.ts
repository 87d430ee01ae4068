import { Context, heartbeat } from '@temporalio/activity';
import { withHeartbeats } from '../../activities/heartbeats.ts';
import type { Topic } from '../../activities/publish-events.ts';
import { unknownTopicFailure } from '../../activities/publish-failure.ts';
import { REPUBLISH_EVENTS_ACTIVITY } from '../../common/names.ts';
import { type Heartbeat, progressOf, toHeartbeat } from '../../common/protocol/heartbeat.ts';
import type { RepublishInput, RepublishProgress } from '../../common/protocol/republish.ts';
import { type RelaySource, sourceOf } from '../relay/relay-source.ts';
import { RepublishPass } from './republish-pass.ts';

/** The activity of republishes, by name. */
export type RepublishActivities = Record<
  typeof REPUBLISH_EVENTS_ACTIVITY,
  (input: RepublishInput) => Promise<RepublishProgress>
>;

/** The activity that sends stored events again, for the topics of a worker. It ends early when what `stopping` gives aborts;
 * another worker goes on. */
export function createRepublishActivities(
  sources: ReadonlyMap<string, RelaySource>,
  topics: ReadonlyMap<string, Topic>,
  stopping: () => AbortSignal,
): RepublishActivities {
  return {
    [REPUBLISH_EVENTS_ACTIVITY]: async (input) => {
      const source = sourceOf(sources, input.topic);
      const topic = topics.get(input.topic);
      if (topic === undefined) throw unknownTopicFailure(input.topic, [...topics.keys()]);
      const { cancellationSignal, info, metricMeter } = Context.current();
      topic.telemetry.use(metricMeter);
      const before = info.heartbeatDetails as Heartbeat<RepublishProgress> | undefined;
      const resumed = before && progressOf(before);
      const signal = AbortSignal.any([cancellationSignal, stopping()]);
      const pass = new RepublishPass(source, { input, topic, signal, ...(resumed ? { resumed } : {}) });
      return await withHeartbeats(
        () => heartbeat(toHeartbeat(pass, info.attempt)),
        (lease) => pass.run(lease),
      );
    },
  };
}
