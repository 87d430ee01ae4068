import { ApplicationFailure, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';

/**
 * True for an update whose run ended before it was done: unlike a signal, an update can die with the run that it reaches. It
 * may be sent again, with the same id.
 */
export function diedWithItsRun(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return /closing workflow/.test(error.message);
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === 'AcceptedUpdateCompletedWorkflow';
}
