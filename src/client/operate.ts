import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApplicationFailure,
  type Client,
  isGrpcServiceError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { EventTopicError, rootMessage } from '../common/errors.ts';
import { publisherWorkflowId } from '../common/ids.ts';
import { RETRY_UPDATE, STATUS_QUERY } from '../common/names.ts';
import type { Operator, PublisherStatus } from '../common/publisher-protocol.ts';

/** An aggregate of a topic. */
export interface AggregateRef {
  readonly topic: string;
  readonly id: string;
}

/** A publish activity that failed and is tried again by Temporal. */
export interface Retrying {
  /** Attempts so far. */
  readonly attempts: number;
  /** ISO time of the first attempt. Absent for an attempt that began while the status was read. */
  readonly since?: string;
  /** Failure of the last attempt. */
  readonly reason: string;
}

/** Status of an aggregate's publisher. `unknown`: Temporal has none, because nothing was published or it closed long ago. */
export type AggregateStatus =
  | (PublisherStatus & {
      /** False when the publisher has closed after being idle; the next event opens one again. */
      readonly open: boolean;
      /** Present while SNS does not take the next event. */
      readonly retrying?: Retrying;
    })
  | (AggregateRef & { readonly state: 'unknown' });

/** Length of the open run's history; undefined when no run is open. */
export async function readOpenHistory(
  client: Client,
  workflowId: string,
): Promise<{ events: number; bytes: number } | undefined> {
  try {
    const { status, historyLength, historySize = 0 } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? { events: historyLength, bytes: historySize } : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

export async function readStatus(client: Client, ref: AggregateRef): Promise<AggregateStatus> {
  const handle = client.workflow.getHandle(publisherWorkflowId(ref.topic, ref.id));
  try {
    const description = await handle.describe();
    const status = await query(handle, ref);
    const failed = description.raw.pendingActivities?.find(({ lastFailure }) => lastFailure);
    const retrying = failed && {
      attempts: Math.max(1, (failed.attempt ?? 1) - 1),
      ...(status.publishingSince ? { since: status.publishingSince } : {}),
      reason: failed.lastFailure?.message ?? '',
    };
    return { ...status, open: description.status.name === 'RUNNING', ...(retrying ? { retrying } : {}) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { ...ref, state: 'unknown' };
    throw error;
  }
}

// gRPC's FAILED_PRECONDITION: the last workflow task failed. A publisher whose attempt to close or to continue as new met
// a new signal is in that state for a moment.
const FAILED_PRECONDITION = 9;
const QUERY_ATTEMPTS = 25;
const QUERY_RETRY_MS = 400;

async function query(
  handle: WorkflowHandle,
  { topic, id }: AggregateRef,
  attempt = 1,
): Promise<PublisherStatus> {
  try {
    return await handle.query<PublisherStatus>(STATUS_QUERY);
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    if (!isGrpcServiceError(cause) || cause.code !== FAILED_PRECONDITION) throw error;
    if (attempt < QUERY_ATTEMPTS)
      return sleep(QUERY_RETRY_MS).then(() => query(handle, { topic, id }, attempt + 1));
    throw new EventTopicError('PUBLISHER_NOT_READY', `The publisher does not answer: ${cause.details}`, {
      details: { topic, id },
      action: "Look at the workflow's last task in Temporal's UI; nothing that it accepted is lost",
      cause: error,
    });
  }
}

export async function retryParked(
  client: Client,
  ref: AggregateRef,
  operator: Operator,
): Promise<PublisherStatus> {
  checkOperator(operator, ref);
  const handle = client.workflow.getHandle(publisherWorkflowId(ref.topic, ref.id));
  try {
    return await executeUpdate(handle, operator);
  } catch (error) {
    throw toOperationError(error, ref);
  }
}

const UPDATE_ATTEMPTS = 5;

/** Unlike a signal, an update can die with the run that it reaches. It is repeated, with the same id, on the next one. */
async function executeUpdate(handle: WorkflowHandle, operator: Operator): Promise<PublisherStatus> {
  const options: { args: [Operator]; updateId: string } = { args: [operator], updateId: randomUUID() };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await handle.executeUpdate<PublisherStatus, [Operator]>(RETRY_UPDATE, options);
    } catch (error) {
      if (!diedWithItsRun(error) || attempt === UPDATE_ATTEMPTS) throw error;
    }
  }
}

function diedWithItsRun(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return /closing workflow/.test(error.message);
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === 'AcceptedUpdateCompletedWorkflow';
}

function checkOperator({ actor, reason }: Operator, { topic, id }: AggregateRef): void {
  if (actor && reason) return;
  throw new EventTopicError('OPERATION_REFUSED', 'Actor and reason are missing', {
    details: { topic, id, actor, reason },
    action: 'Say who operates and why: it is kept in the history',
  });
}

function toOperationError(error: unknown, ref: AggregateRef): unknown {
  const details = { topic: ref.topic, id: ref.id };
  if (error instanceof WorkflowNotFoundError) {
    const action = 'Nothing is parked; publish again when an event is missing';
    return new EventTopicError('PUBLISHER_NOT_FOUND', 'No publisher is open', {
      details,
      action,
      cause: error,
    });
  }
  if (error instanceof WorkflowUpdateFailedError) {
    const action = 'Look at status(id) first';
    return new EventTopicError('OPERATION_REFUSED', rootMessage(error), { details, action, cause: error });
  }
  return error;
}
