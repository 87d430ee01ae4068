import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { checkText, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError, rootMessage } from '../../common/errors.ts';
import {
  PAUSE_UPDATE,
  REPLACE_UPDATE,
  RESUME_UPDATE,
  RETRY_UPDATE,
  SKIP_UPDATE,
  STATUS_QUERY,
} from '../../common/names.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { OperationName, OperationRequest, Operator } from '../../common/protocol/operate.ts';
import type { PublisherStatus } from '../../common/protocol/status.ts';
import { mayPass } from '../execute-update.ts';
import { failureMessage } from './failure-message.ts';

/** An aggregate of a topic. */
export interface AggregateRef {
  readonly topic: string;
  readonly id: string;
}

/** SNS does not take the next event for now; it is tried again. */
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
      /** When somebody terminated the publisher (ISO time): what it says of itself is from before, and what it held is lost but for its pages. Absent when nobody did. */
      readonly terminatedAt?: string;
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

export async function readStatus(
  client: Client,
  ref: AggregateRef,
  workflowId: string,
): Promise<AggregateStatus> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const description = await handle.describe();
    const status = await query(handle, ref);
    const retrying = status.failing ?? (await retryingOf(client, description, status));
    return {
      ...status,
      open: description.status.name === 'RUNNING',
      ...terminatedAtOf(description),
      ...(retrying ? { retrying } : {}),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { ...ref, state: 'unknown' };
    throw error;
  }
}

function terminatedAtOf({ status, closeTime }: WorkflowExecutionDescription): {
  readonly terminatedAt?: string;
} {
  return status.name === 'TERMINATED' && closeTime ? { terminatedAt: closeTime.toISOString() } : {};
}

/** In the publisher of one aggregate it is Temporal that tries again. */
async function retryingOf(
  client: Client,
  { raw }: WorkflowExecutionDescription,
  { publishingSince, partition }: PublisherStatus,
): Promise<Retrying | undefined> {
  const failed = raw.pendingActivities?.find(({ lastFailure }) => lastFailure);
  if (failed === undefined || partition) return undefined;
  return {
    attempts: Math.max(1, (failed.attempt ?? 1) - 1),
    ...(publishingSince ? { since: publishingSince } : {}),
    reason: await failureMessage(client, failed.lastFailure ?? {}),
  };
}

// gRPC's FAILED_PRECONDITION: the last workflow task failed. A publisher whose attempt to close or to continue as new met
// a new signal is in that state for a moment.
const FAILED_PRECONDITION = 9;
// And its DEADLINE_EXCEEDED: a worker has to answer a query.
const DEADLINE_EXCEEDED = 4;
const QUERY_ATTEMPTS = 25;
const QUERY_RETRY_MS = 400;

async function query(
  handle: WorkflowHandle,
  { topic, id }: AggregateRef,
  attempt = 1,
): Promise<PublisherStatus> {
  try {
    return await handle.query<PublisherStatus, [string]>(STATUS_QUERY, id);
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    if (isGrpcServiceError(cause) && cause.code === DEADLINE_EXCEEDED)
      throw new EventTopicError('PUBLISHER_NOT_READY', 'No worker answers for the publisher', {
        details: { topic, id },
        action:
          'See that a worker of the topic runs, on the task queue of its publishers; nothing that it accepted is lost',
        cause: error,
      });
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

/** What an operator says. */
export interface OperatorRequest extends Operator {
  /**
   * The parked event that is meant; another one is not touched. Default: the one that is parked when the request arrives, which
   * may be a later one when somebody else operates too.
   */
  readonly msgId?: string;
}

/** Where and with what an operation is done. */
export interface OperationTarget extends AggregateRef {
  readonly workflowId: string;
  /** For `replace`. */
  readonly replacement?: PublishEntry;
  /** For `pause`: opens the publisher if it is not open. */
  open?(): Promise<void>;
}

/** Does what an operator wants, once, however often the request has to be repeated. */
export async function operate(
  client: Client,
  operation: OperationName,
  { target, request }: { target: OperationTarget; request: OperatorRequest },
): Promise<PublisherStatus> {
  const ref = { topic: target.topic, id: target.id };
  const { actor, reason, msgId } = request;
  const operationId = randomUUID();
  const { id, replacement } = target;
  const options = {
    args: [
      {
        id,
        actor,
        reason,
        operationId,
        ...(msgId ? { msgId } : {}),
        ...(replacement ? { replacement } : {}),
      },
    ] as [OperationRequest],
    updateId: operationId,
  };
  try {
    const execute = (): Promise<PublisherStatus> => {
      const handle = client.workflow.getHandle(target.workflowId);
      return handle.executeUpdate<PublisherStatus, [OperationRequest]>(UPDATES[operation], options);
    };
    return await tryAgain(execute, target.open);
  } catch (error) {
    throw toOperationError(error, ref);
  }
}

const UPDATES: Readonly<Record<OperationName, string>> = {
  retry: RETRY_UPDATE,
  skip: SKIP_UPDATE,
  replace: REPLACE_UPDATE,
  pause: PAUSE_UPDATE,
  resume: RESUME_UPDATE,
};

const UPDATE_ATTEMPTS = 10;
const UPDATE_RETRY_MS = 200;

/** What `open` opens may close before the update reaches it, and a closed run answers the same for ever: each attempt opens it. */
async function tryAgain(
  execute: () => Promise<PublisherStatus>,
  open: OperationTarget['open'],
): Promise<PublisherStatus> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await open?.();
      return await execute();
    } catch (error) {
      const hasClosed = open !== undefined && error instanceof WorkflowNotFoundError;
      if (!(hasClosed || mayPass(error)) || attempt === UPDATE_ATTEMPTS) throw error;
      await sleep(UPDATE_RETRY_MS);
    }
  }
}

const REQUEST_KEYS: KeysOf<OperatorRequest> = { actor: true, reason: true, msgId: true };

/** Those of a request that brings another content too. */
export const REPLACEMENT_KEYS = { ...REQUEST_KEYS, message: true } as const;

/** Throws `OPERATION_REFUSED` unless somebody signs for an operation on an aggregate, and says nothing that nobody reads. */
export function checkOperator(
  request: unknown,
  { topic, id }: AggregateRef,
  known: Readonly<Record<string, true>> = REQUEST_KEYS,
): void {
  checkText('An operation on an aggregate', 'id', id);
  const { actor, reason } = isRecord(request) ? request : {};
  const isSigned = [actor, reason].every((text) => typeof text === 'string' && text !== '');
  const faults = [
    ...(isSigned ? [] : ['Actor and reason are missing']),
    ...(request === undefined ? [] : optionFaults(request, known)),
  ];
  if (faults.length === 0) return;
  throw new EventTopicError('OPERATION_REFUSED', faults.join('; '), {
    details: { topic, id, actor: textOf(actor), reason: textOf(reason) },
    action: 'Say who operates and why: it is kept in the history',
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
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
