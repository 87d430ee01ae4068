import {
  CancellationScope,
  continueAsNew,
  defineQuery,
  proxyActivities,
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
  for (let passes = 0; !progress.isDone; passes += 1) {
    if (passes >= MAX_PASSES_PER_RUN || workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof eventTopicRepublish>({ ...order, progress });
    progress = await republishActivity({ ...order, progress });
    setCurrentDetails(describe({ ...order, progress }));
    if (CancellationScope.current().consideredCancelled) break;
  }
  return { ...order, progress };
}

async function republishActivity(input: RepublishInput): Promise<RepublishProgress> {
  const activities = proxyActivities<Record<string, (input: RepublishInput) => Promise<RepublishProgress>>>({
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
  const republish = activities[REPUBLISH_EVENTS_ACTIVITY];
  if (republish === undefined) throw new TypeError('proxyActivities() answers every name');
  return await republish(input);
}

function describe({ topic, operator, progress, audience }: RepublishReport): string {
  const { read, published, refused } = progress;
  return [
    `**Republish** of ${topic} for ${audience}, by ${operator.actor}: ${operator.reason}`,
    `${published} sent, ${refused} refused, of ${read} stored events that were looked at`,
  ].join('\n\n');
}
