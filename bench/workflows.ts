// Workflows of the benchmark itself, for the contenders that have none.
import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { PublishOne } from './contenders/workflow-per-event/activities.ts';
import type { BenchMessage } from './types.ts';

const { publishOne } = proxyActivities<PublishOne>({ startToCloseTimeout: '1 minute' });

/** One workflow per event, as a first sketch of durable publishing would do it. */
export async function publishEvent(message: BenchMessage): Promise<void> {
  await publishOne(message);
}

const HOLD_SIGNAL = defineSignal<[unknown]>('hold');

/** Takes signals and does nothing: what a bare signal-with-start costs. */
export async function holdSignals(): Promise<void> {
  setHandler(HOLD_SIGNAL, () => {});
  await condition(() => false);
}
