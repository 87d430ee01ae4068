import type { Client } from '@temporalio/client';

// Temporal refuses the end of a run because a signal came meanwhile, and the run goes on with it: as it should be.
const SIGNAL_CAME = 'UnhandledCommand';

/** Workflow tasks that a worker failed: what it could not replay, or a bug. `<workflow id>: <message>` */
export async function failedTasks(client: Client): Promise<readonly string[]> {
  const failed: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { workflowTaskFailedEventAttributes: facts } of events ?? [])
      if (facts && facts.failure?.message !== SIGNAL_CAME)
        failed.push(`${workflowId}: ${facts.failure?.message}`);
  }
  return failed;
}

/** What is under way, and at which attempt: says why nothing goes on. */
export async function underWay(client: Client): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    const { raw, historyLength } = await client.workflow.getHandle(workflowId, runId).describe();
    const { pendingWorkflowTask: task, pendingActivities } = raw;
    const activities = (pendingActivities ?? []).map(
      ({ activityType, state, attempt, lastFailure, lastWorkerIdentity }) =>
        `${activityType?.name} ${state} attempt=${attempt} by=${lastWorkerIdentity} ${lastFailure?.message ?? ''}`,
    );
    const ofTask = task ? `task ${task.state} attempt=${task.attempt}` : 'no task';
    lines.push(`${workflowId} [events=${historyLength}] ${ofTask}; ${activities.join('; ')}`);
  }
  return lines;
}
