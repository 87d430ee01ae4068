// Workflows of the benchmark itself, for the contenders that have none.
import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import { PUBLISH_SIGNAL } from '../src/common/names.ts';
import type { PublishOne } from './contenders/workflow-per-event/activities.ts';
import type { BenchMessage } from './types.ts';

const { publishOne } = proxyActivities<PublishOne>({ startToCloseTimeout: '1 minute' });

/** One workflow per event, as a first sketch of durable publishing would do it. */
export async function publishEvent(message: BenchMessage): Promise<void> {
  await publishOne(message);
}

const publishSignal = defineSignal<[unknown]>(PUBLISH_SIGNAL);

/** Under the names of this project's publisher: takes its signals and does nothing with them. What a bare signal-with-start costs. */
export async function eventTopicPublisher(_input: unknown): Promise<void> {
  setHandler(publishSignal, () => {});
  await condition(() => false);
}
