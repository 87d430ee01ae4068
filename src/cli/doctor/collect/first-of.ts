import type { Client, WorkflowExecutionInfo } from '@temporalio/client';

/** Each is a request of its own. */
const LOOKED_AT = 20;

/** The first workflows that Temporal lists, at most twenty. */
export async function firstOf(client: Client, query: string): Promise<readonly WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  for await (const one of client.workflow.list({ query, pageSize: LOOKED_AT })) {
    if (found.push(one) === LOOKED_AT) break;
  }
  return found;
}
