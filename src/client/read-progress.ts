import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { decodeFirst } from './decode-payload.ts';
import { failureMessage } from './operate/failure-message.ts';

/** A workflow that works by one activity at a time, as a relay and a republish do. */
export interface ReadProgress<Report, Progress> {
  readonly description: WorkflowExecutionDescription;
  readonly isOpen: boolean;
  /** What the workflow says of the activities that have ended. */
  readonly report: Report | undefined;
  /** What the one that runs says by its heartbeats. */
  readonly progress?: Progress;
  /** Why it is tried again. */
  readonly failure?: RetriedFailure;
}

export interface RetriedFailure {
  /** Attempts so far. */
  readonly attempts: number;
  readonly reason: string;
}

/** Of its last run; undefined when there has never been one. Needs a running worker. */
export async function readProgress<Report, Progress>(
  client: Client,
  workflowId: string,
  query: string,
): Promise<ReadProgress<Report, Progress> | undefined> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const description = await handle.describe();
    const report = await handle.query<Report | undefined>(query);
    const isOpen = description.status.name === 'RUNNING';
    return {
      description,
      isOpen,
      report,
      ...(isOpen ? await readPending<Progress>(client, description) : {}),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function readPending<Progress>(
  client: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<Pick<ReadProgress<unknown, Progress>, 'progress' | 'failure'>> {
  const [pending] = raw.pendingActivities ?? [];
  const progress = (await decodeFirst(client, pending?.heartbeatDetails?.payloads)) as Progress | undefined;
  const failure = pending && (await failureOf(client, pending));
  return { ...(progress ? { progress } : {}), ...(failure ? { failure } : {}) };
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** Temporal keeps the failure of the attempt before; one that has said how far it came is on its way again. */
async function failureOf(client: Client, pending: PendingActivity): Promise<RetriedFailure | undefined> {
  const isOnItsWay = millis(pending.lastHeartbeatTime) > millis(pending.lastStartedTime);
  if (!pending.lastFailure || isOnItsWay) return undefined;
  return { attempts: (pending.attempt ?? 1) - 1, reason: await failureMessage(client, pending.lastFailure) };
}

function millis(time: PendingActivity['lastStartedTime']): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
}
