import {
  ApplicationFailure,
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';

/**
 * True when the same update, with the same id, may succeed in a moment: its run ended before it was done (unlike a signal, an
 * update can die with the run that it reaches), the publisher is between two tries of a workflow task, or Temporal has as
 * many updates of it in flight as it takes.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return /closing workflow/.test(error.message);
  if (error instanceof WorkflowUpdateFailedError) return diedAccepted(error);
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return isGrpcServiceError(cause) && PASSING.has(cause.code);
}

/** True when the publisher had accepted the update, and its run ended before it answered. */
export function diedAccepted(error: unknown): boolean {
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === 'AcceptedUpdateCompletedWorkflow';
}

// gRPC's RESOURCE_EXHAUSTED (ten updates are in flight), and FAILED_PRECONDITION (the last workflow task failed: an attempt to
// close or to continue as new met a new signal).
const PASSING: ReadonlySet<number> = new Set([8, 9]);
