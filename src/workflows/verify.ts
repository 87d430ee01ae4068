import { HEARTBEAT_TIMEOUT_MS, RETRY_FIRST_DELAY_MS, VERIFY_TIMEOUT_MS } from '../common/defaults.ts';
import { VERIFY_EVENTS_ACTIVITY } from '../common/names.ts';
import type { VerifyInput, VerifyReport } from '../common/protocol/relay.ts';
import { activityNamed } from './activity-named.ts';

/** Compares what an EventLog holds for one topic with what was handed over, and publishes nothing. */
export async function eventTopicVerify(input: VerifyInput): Promise<VerifyReport> {
  const verify = activityNamed<VerifyInput, VerifyReport>(VERIFY_EVENTS_ACTIVITY, {
    startToCloseTimeout: VERIFY_TIMEOUT_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: { initialInterval: RETRY_FIRST_DELAY_MS, maximumAttempts: 5 },
    summary: 'compare the EventLog with what was published',
  });
  return await verify(input);
}
