import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { failureMessage } from '../../../client/operate/failure-message.ts';
import { listParked } from '../../../client/operate/parked.ts';
import { PAGE_WORKFLOW } from '../../../common/names.ts';
import type { Orphans, PublisherFacts, Retrying } from '../checks/publishers.ts';
import { type Reading, read } from '../read.ts';
import { explainTemporal } from './explain.ts';
import { firstOf } from './first-of.ts';
import { openPublishersOf } from './open-publishers.ts';
import { readPaused } from './paused.ts';

const READING: Reading = { timeoutMs: 10_000, explain: explainTemporal };

export async function collectPublishers(client: Client, topic: string): Promise<PublisherFacts> {
  const [parked, paused, retrying, orphans] = await Promise.all([
    read(READING, () => listParked(client, topic)),
    read(READING, () => readPaused(client, topic)),
    read(READING, () => readRetrying(client, topic)),
    read(READING, () => readOrphans(client, topic)),
  ]);
  return { topic, parked, paused, retrying, orphans };
}

async function readRetrying(client: Client, topic: string): Promise<Retrying> {
  const query = openPublishersOf(topic);
  const { count } = await client.workflow.count(query);
  const seen = await firstOf(client, query);
  const failures = (await Promise.all(seen.map((publisher) => failureOf(client, publisher)))).flat();
  const reasons = [...new Set(failures)].map((reason) => ({
    reason,
    publishers: failures.filter((failure) => failure === reason).length,
  }));
  return { open: Math.max(count, seen.length), seen: seen.length, reasons };
}

/** Why the publisher's activity is tried again; nothing when it is not. */
async function failureOf(client: Client, { workflowId }: WorkflowExecutionInfo): Promise<readonly string[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const failures = (raw.pendingActivities ?? []).flatMap(({ lastFailure }) => lastFailure ?? []);
  return Promise.all(failures.slice(0, 1).map((failure) => failureMessage(client, failure)));
}

async function readOrphans(client: Client, topic: string): Promise<Orphans> {
  const query = `WorkflowType = '${PAGE_WORKFLOW}' AND ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH 'event-topic-page/${topic}/'`;
  const pages = await firstOf(client, query);
  const orphaned = await Promise.all(pages.map((page) => orphanedBy(client, page)));
  return { pages: pages.length, publishers: [...new Set(orphaned.flat())] };
}

/** The publisher of a page, when it is no longer the one that made the page: terminated, and perhaps opened anew since. */
async function orphanedBy(
  client: Client,
  { parentExecution }: WorkflowExecutionInfo,
): Promise<readonly string[]> {
  const { workflowId, runId } = parentExecution ?? {};
  if (!workflowId || !runId) return [];
  const [now, then] = await Promise.all([
    client.workflow.getHandle(workflowId).describe(),
    client.workflow.getHandle(workflowId, runId).describe(),
  ]);
  const firstRun = ({ raw }: typeof now): string | null | undefined => raw.workflowExecutionInfo?.firstRunId;
  const isSame = now.status.name === 'RUNNING' && firstRun(now) === firstRun(then);
  return isSame ? [] : [workflowId];
}
