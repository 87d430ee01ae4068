import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { type Heartbeat, progressOf } from '../common/protocol/heartbeat.ts';
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
export async function readProgress<Report, Progress extends object>(
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

async function readPending<Progress extends object>(
  client: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<Pick<ReadProgress<unknown, Progress>, 'progress' | 'failure'>> {
  const [pending] = raw.pendingActivities ?? [];
  const said = (await decodeFirst(client, pending?.heartbeatDetails?.payloads)) as
    | Heartbeat<Progress>
    | undefined;
  const failure = pending && (await failureOf(client, pending, said?.answeredIn));
  return { ...(said ? { progress: progressOf(said) } : {}), ...(failure ? { failure } : {}) };
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** Temporal keeps the failure of the attempt before; one in which the EventLog has answered is on its way again. */
async function failureOf(
  client: Client,
  { attempt, lastFailure }: PendingActivity,
  answeredIn: number | undefined,
): Promise<RetriedFailure | undefined> {
  if (!lastFailure || answeredIn === attempt) return undefined;
  return { attempts: (attempt ?? 1) - 1, reason: await failureMessage(client, lastFailure) };
}
