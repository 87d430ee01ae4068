import type { Client } from '@temporalio/client';
import { STATUS_QUERY } from '../../../common/names.ts';
import type { PublisherStatus } from '../../../common/protocol/status.ts';
import type { PausedRef } from '../checks/paused.ts';
import { firstOf } from './first-of.ts';
import { openPublishersOf } from './open-publishers.ts';

/** A publisher that has nothing to do closes sooner, unless it is paused. */
const OLD_MS = 15 * 60_000;
const ANSWER_MS = 5_000;

/** Paused aggregates among the publishers that were opened last, and among those whose run began long ago. Nothing lists them; each is asked, and a worker answers. */
export async function readPaused(client: Client, topic: string): Promise<readonly PausedRef[]> {
  // Of a partition's publisher one would have to ask for each aggregate.
  const query = openPublishersOf(topic, { partitions: false });
  const before = new Date(Date.now() - OLD_MS).toISOString();
  const lists = await Promise.all([
    firstOf(client, query),
    firstOf(client, `${query} AND StartTime < '${before}'`),
  ]);
  const workflowIds = new Set(lists.flat().map(({ workflowId }) => workflowId));
  const paused = await Promise.all([...workflowIds].map((workflowId) => pausedIn(client, workflowId)));
  return paused.flat();
}

async function pausedIn(client: Client, workflowId: string): Promise<readonly PausedRef[]> {
  const handle = client.workflow.getHandle(workflowId);
  // Without a worker, Temporal's client would ask again and again. And one that has closed meanwhile must not hide the others.
  const status = await client
    .withDeadline(Date.now() + ANSWER_MS, () => handle.query<PublisherStatus>(STATUS_QUERY))
    .catch(() => undefined);
  return status?.paused ? [{ id: status.id, ...status.paused }] : [];
}
