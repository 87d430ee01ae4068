import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { decodeFirst } from '../client/decode-payload.ts';
import { failureMessage } from '../client/operate/failure-message.ts';
import { RELAY_STATUS_QUERY } from '../common/names.ts';
import type { RelayLag, RelayPass, RelayProgress, RelayReport } from '../common/protocol/relay.ts';
import { addCounts, furthest } from '../common/relay-counts.ts';

/** Where a relay stands. */
export interface RelayStatus extends Omit<RelayReport, 'marks'> {
  /** `failing`: it tries again what `failure` says. `stopped`: it was stopped, or terminated; `start` goes on. */
  readonly state: 'running' | 'failing' | 'stopped';
  /** How far it is behind its EventLog. Absent before its first look. */
  readonly lag?: RelayLag;
  readonly failure?: {
    /** Attempts so far. */
    readonly attempts: number;
    readonly reason: string;
  };
}

/** What the relay's last run says of itself; undefined when the topic has never had one, or none that began. */
export async function readRelayReport(
  client: Client,
  workflowId: string,
): Promise<{
  readonly isOpen: boolean;
  readonly report: RelayReport | undefined;
  readonly description?: WorkflowExecutionDescription;
}> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const description = await handle.describe();
    const report = await handle.query<RelayReport | undefined>(RELAY_STATUS_QUERY);
    return { isOpen: description.status.name === 'RUNNING', report, description };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { isOpen: false, report: undefined };
    throw error;
  }
}

/** With what the running activity says by its heartbeats. Undefined when there is no relay. */
export async function readRelayStatus(client: Client, workflowId: string): Promise<RelayStatus | undefined> {
  const { isOpen, report, description } = await readRelayReport(client, workflowId);
  if (report === undefined || description === undefined) return undefined;
  const [pending] = description.raw.pendingActivities ?? [];
  const { marks: _, ...rest } = report;
  const progress = isOpen
    ? ((await decodeFirst(client, pending?.heartbeatDetails?.payloads)) as RelayProgress | undefined)
    : undefined;
  const failure = isOpen ? await failureOf(client, pending) : undefined;
  return {
    ...rest,
    ...(progress ? withProgress(report, progress) : lagOf(report.lastPass)),
    state: stateOf(isOpen, failure),
    ...(failure === undefined ? {} : { failure: { attempts: (pending?.attempt ?? 1) - 1, reason: failure } }),
  };
}

function stateOf(isOpen: boolean, failure: string | undefined): RelayStatus['state'] {
  if (!isOpen) return 'stopped';
  return failure === undefined ? 'running' : 'failing';
}

/** Temporal keeps the failure of the attempt before; one that has said how far it came is on its way again. */
async function failureOf(client: Client, pending: PendingActivity | undefined): Promise<string | undefined> {
  if (!pending?.lastFailure) return undefined;
  const isOnItsWay = millis(pending.lastHeartbeatTime) > millis(pending.lastStartedTime);
  return isOnItsWay ? undefined : await failureMessage(client, pending.lastFailure);
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

function millis(time: PendingActivity['lastStartedTime']): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
}

function lagOf(lastPass: RelayPass | undefined): { readonly lag?: RelayLag } {
  return lastPass ? { lag: lastPass.lag } : {};
}

function withProgress(
  { totals, checkpoint: before }: RelayReport,
  { checkpoint: now, lag, ...counts }: RelayProgress,
): Partial<RelayStatus> {
  const checkpoint = furthest(before, now);
  return { ...(checkpoint === undefined ? {} : { checkpoint }), lag, totals: addCounts(totals, counts) };
}
