import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { actionsOf } from './actions.ts';

/** What a run left in Temporal. */
export interface Costs {
  readonly workflowRuns: number;
  readonly historyEvents: number;
  readonly historyBytes: number;
  /** Billable actions: see `actions.ts`. */
  readonly actions: number;
  /** Events in the history of the longest run. */
  readonly longestRun: number;
}

/** Runs whose histories are read. Of more, so many are read, evenly spread, and the sums scaled. */
const SAMPLE = 150;
const AT_ONCE = 10;
const SETTLE_MS = 150;

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** Sums over all workflow runs of a task queue. */
export async function costsOf(client: Client, taskQueue: string): Promise<Costs> {
  const runs = await listRuns(client, taskQueue);
  const sample = spread(runs, SAMPLE);
  const read: RunCosts[] = [];
  for (let start = 0; start < sample.length; start += AT_ONCE) {
    read.push(
      ...(await Promise.all(sample.slice(start, start + AT_ONCE).map((run) => costsOfRun(client, run)))),
    );
  }
  const total = (count: (costs: RunCosts) => number): number =>
    (read.reduce((sum, costs) => sum + count(costs), 0) * runs.length) / Math.max(1, read.length);
  return {
    workflowRuns: runs.length,
    historyEvents: total(({ events }) => events),
    historyBytes: total(({ bytes }) => bytes),
    actions: total(({ actions }) => actions),
    longestRun: Math.max(0, ...read.map(({ events }) => events)),
  };
}

interface RunCosts {
  readonly events: number;
  readonly bytes: number;
  readonly actions: number;
}

async function costsOfRun(client: Client, { workflowId, runId }: Run): Promise<RunCosts> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const [{ historyLength, historySize = 0 }, { events }] = await Promise.all([
    handle.describe(),
    handle.fetchHistory(),
  ]);
  return { events: historyLength, bytes: historySize, actions: actionsOf(events ?? []) };
}

/** Temporal's lists lag behind a little: read until one is as long as the one before. */
async function listRuns(client: Client, taskQueue: string): Promise<readonly Run[]> {
  let known: Run[] = [];
  for (;;) {
    const runs: Run[] = [];
    for await (const { workflowId, runId } of client.workflow.list({ query: `TaskQueue = '${taskQueue}'` })) {
      runs.push({ workflowId, runId });
    }
    if (runs.length > 0 && runs.length === known.length) return runs;
    known = runs;
    await sleep(SETTLE_MS);
  }
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, index) => all[Math.floor(index * step)] as T);
}
