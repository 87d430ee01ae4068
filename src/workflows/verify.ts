import { proxyActivities } from '@temporalio/workflow';
import { HEARTBEAT_TIMEOUT_MS, RETRY_FIRST_DELAY_MS, VERIFY_TIMEOUT_MS } from '../common/defaults.ts';
import { VERIFY_EVENTS_ACTIVITY } from '../common/names.ts';
import type { VerifyInput, VerifyReport } from '../common/protocol/relay.ts';

/** Compares what an EventLog holds for one topic with what was handed over, and publishes nothing. */
export async function eventTopicVerify(input: VerifyInput): Promise<VerifyReport> {
  const activities = proxyActivities<Record<string, (input: VerifyInput) => Promise<VerifyReport>>>({
    startToCloseTimeout: VERIFY_TIMEOUT_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: { initialInterval: RETRY_FIRST_DELAY_MS, maximumAttempts: 5 },
    summary: 'compare the EventLog with what was published',
  });
  const verify = activities[VERIFY_EVENTS_ACTIVITY];
  if (verify === undefined) throw new TypeError('proxyActivities() answers every name');
  return await verify(input);
}
