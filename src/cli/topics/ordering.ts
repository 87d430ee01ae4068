import type { Client } from '@temporalio/client';
import { decodeFirst } from '../../client/decode-payload.ts';
import type { Ordering, PublisherInput } from '../../common/protocol/publish.ts';
import { publishersOf } from './ids.ts';

/** The ordering with which a publisher of the topic was started last; undefined: there is none, or it cannot be read. */
export async function recordedOrdering(client: Client, topic: string): Promise<Ordering | undefined> {
  for await (const execution of client.workflow.list({ query: publishersOf(topic), pageSize: 1 })) {
    const input = await inputOf(client, execution);
    return input && (input.ordering ?? 'arrival');
  }
  return undefined;
}

/** The first event of its history has it. */
async function inputOf(
  client: Client,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<PublisherInput | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  // Encrypted, where the user has not given the data converter.
  return (await decodeFirst(client, started?.input?.payloads).catch(() => undefined)) as
    | PublisherInput
    | undefined;
}
