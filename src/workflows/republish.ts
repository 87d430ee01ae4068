import {
  CancellationScope,
  continueAsNew,
  defineQuery,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  HEARTBEAT_TIMEOUT_MS,
  MAX_PASSES_PER_RUN,
  RELAY_PASS_MS,
  RETRY_FIRST_DELAY_MS,
  RETRY_MAX_DELAY_MS,
} from '../common/defaults.ts';
import { REPUBLISH_EVENTS_ACTIVITY, REPUBLISH_STATUS_QUERY } from '../common/names.ts';
import type { RepublishInput, RepublishProgress, RepublishReport } from '../common/protocol/republish.ts';
import { activityNamed } from './activity-named.ts';

const statusQuery = defineQuery<RepublishReport>(REPUBLISH_STATUS_QUERY);

const NOTHING: RepublishProgress = { read: 0, published: 0, refused: 0, refusals: [], isDone: false };

/**
 * Sends stored events again, as `topic.republish` says, by activities that each do a part. Cancelled, it ends when what is on its way has been
 * acknowledged, and says how far it came.
 */
export async function eventTopicRepublish(input: RepublishInput): Promise<RepublishReport> {
  const { progress: before = NOTHING, ...order } = input;
  let progress = before;
  setHandler(statusQuery, () => ({ ...order, progress }));
  const scope = CancellationScope.current();
  // Nothing is awaited between this check and continue-as-new: a cancellation that comes meanwhile makes Temporal run it again.
  for (let passes = 0; !progress.isDone && !scope.consideredCancelled; passes += 1) {
    if (passes >= MAX_PASSES_PER_RUN || workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof eventTopicRepublish>({ ...order, progress });
    progress = await republishActivity({ ...order, progress });
    setCurrentDetails(describe({ ...order, progress }));
  }
  return { ...order, progress };
}

async function republishActivity(input: RepublishInput): Promise<RepublishProgress> {
  const republish = activityNamed<RepublishInput, RepublishProgress>(REPUBLISH_EVENTS_ACTIVITY, {
    startToCloseTimeout: 2 * RELAY_PASS_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: {
      initialInterval: RETRY_FIRST_DELAY_MS,
      backoffCoefficient: 2,
      maximumInterval: RETRY_MAX_DELAY_MS,
    },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    summary: 'send stored events again',
  });
  return await republish(input);
}

function describe({ topic, operator, progress, audience }: RepublishReport): string {
  const { read, published, refused } = progress;
  return [
    `**Republish** of ${topic} for ${audience}, by ${operator.actor}: ${operator.reason}`,
    `${published} sent, ${refused} refused, of ${read} stored events that were looked at`,
  ].join('\n\n');
}
