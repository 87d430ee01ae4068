import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

const PATIENCE_MS = 10_000;
const LOOK_MS = 250;
/** Temporal's `TASK_QUEUE_TYPE_ACTIVITY`. */
const ACTIVITY_QUEUE = 2;

/**
 * Whether a worker takes activities of the task queue. Temporal would take a start all the same, and nothing would ever happen. A worker that starts
 * together with the caller is waited for.
 */
export async function isServed(client: Client, taskQueue: string): Promise<boolean> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(LOOK_MS)) {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: ACTIVITY_QUEUE,
    });
    if (pollers && pollers.length > 0) return true;
  }
  return false;
}
