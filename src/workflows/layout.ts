import { CancellationScope, condition } from '@temporalio/workflow';

/**
 * Is open as long as a topic has its partitions; its memo says how many. It does nothing: that only one workflow of an id
 * can be open, and that Temporal tells of it at once, is what keeps two clients from different numbers.
 */
export async function eventTopicLayout(): Promise<void> {
  await CancellationScope.nonCancellable(() => condition(() => false));
}
