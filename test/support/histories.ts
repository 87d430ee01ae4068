import type { Client } from '@temporalio/client';

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** The histories of a workflow's runs, the oldest first: from the current run back to the first one. */
export async function historiesOf(client: Client, workflowId: string): Promise<readonly History[]> {
  const histories: History[] = [];
  let runId: string | undefined;
  do {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.unshift(history);
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    runId = started?.continuedExecutionRunId || undefined;
  } while (runId !== undefined);
  return histories;
}

/** How many updates of a run were accepted, and how many at most were in flight at a time. */
export function updatesIn({ events }: History): { readonly accepted: number; readonly mostInFlight: number } {
  let accepted = 0;
  let inFlight = 0;
  let mostInFlight = 0;
  for (const event of events ?? []) {
    if (event.workflowExecutionUpdateAcceptedEventAttributes) {
      accepted += 1;
      inFlight += 1;
    }
    if (event.workflowExecutionUpdateCompletedEventAttributes) inFlight -= 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
  }
  return { accepted, mostInFlight };
}
