import type { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/**
 * Actions that Temporal Cloud would bill for a run, counted in its history:
 *
 * - 1 for each signal, a signal-with-start included, whether it started the run or not;
 * - 1 for the start of a run that no signal started: by a client, by a parent (with 1 more for the parent's command), or by
 *   continue-as-new;
 * - 1 for each activity scheduled and 1 for each time it is tried again;
 * - 1 for each timer, accepted update, change of search attributes, and workflow task with local activities.
 *
 * Heartbeats that reach the server are not in a history, and so not counted.
 */
export function actionsOf(events: readonly HistoryEvent[]): number {
  const [, second] = events;
  const isSignalWithStart = Boolean(second?.workflowExecutionSignaledEventAttributes);
  const localActivityTasks = new Set<string>();
  let actions = isSignalWithStart ? 0 : 1;
  for (const event of events) {
    const task = event.markerRecordedEventAttributes?.workflowTaskCompletedEventId;
    if (task) localActivityTasks.add(String(task));
    const retries = Number(event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1;
    actions += retries + (isAction(event) ? 1 : 0);
  }
  return actions + localActivityTasks.size;
}

function isAction(event: HistoryEvent): boolean {
  return [
    event.workflowExecutionSignaledEventAttributes,
    event.activityTaskScheduledEventAttributes,
    event.timerStartedEventAttributes,
    event.workflowExecutionUpdateAcceptedEventAttributes,
    event.startChildWorkflowExecutionInitiatedEventAttributes,
    event.upsertWorkflowSearchAttributesEventAttributes,
  ].some(Boolean);
}
