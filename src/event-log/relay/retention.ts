import type { Client } from '@temporalio/client';

const DAY = 24 * 60 * 60_000;
const known = new WeakMap<Client, Promise<number>>();

/**
 * How long Temporal keeps the histories of closed workflows, in milliseconds. A day, the least there is, when it does not tell this client. Asked once
 * per client.
 */
export function retentionOf(client: Client): Promise<number> {
  const asked = known.get(client) ?? ask(client).catch(() => DAY);
  known.set(client, asked);
  return asked;
}

async function ask(client: Client): Promise<number> {
  const { namespace } = client.options;
  const { config } = await client.workflowService.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  return seconds > 0 ? seconds * 1_000 : DAY;
}
