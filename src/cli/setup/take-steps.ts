import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { EventTopicError } from '../../common/errors.ts';
import { explainTemporal } from '../doctor/collect/explain.ts';
import { readNamespace } from '../doctor/collect/temporal.ts';
import { type Reading, read } from '../doctor/read.ts';
import type { TemporalTarget } from '../temporal/connect.ts';
import { planNamespace, type Step, searchStep } from './setup.ts';

const READING: Reading = { timeoutMs: 5_000, explain: explainTemporal };

interface Wish {
  readonly isWanted: boolean;
  /** Of a namespace that is made. */
  readonly retentionDays: number;
}

export async function namespaceStep(
  { client, address, namespace }: TemporalTarget,
  { isWanted, retentionDays }: Wish,
): Promise<Step> {
  const service = client.workflowService;
  const description = await readNamespace({ service, namespace });
  const plan = planNamespace({ address, namespace, description, isWanted });
  if (!plan.make) return plan.step;
  await service.registerNamespace({
    namespace,
    description: 'Made by event-topic setup',
    workflowExecutionRetentionPeriod: { seconds: retentionDays * DAY_SECONDS } as unknown as Period,
  });
  await untilUsable(client, namespace);
  return {
    state: 'done',
    step: 'namespace',
    fact: `${namespace} is made, and keeps closed workflows for ${retentionDays} days`,
  };
}

const DAY_SECONDS = 86_400;

type Period = Parameters<
  Client['workflowService']['registerNamespace']
>[0]['workflowExecutionRetentionPeriod'];

/** That the namespace takes queries, which its servers learn some time after it was made. */
export async function listingStep(client: Client): Promise<Step> {
  return searchStep(
    await read(READING, () =>
      client.workflow.count("ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH 'event-topic/'"),
    ),
  );
}

const LEARNED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** Temporal's servers read the list of namespaces every ten seconds or so. */
async function untilUsable(client: Client, namespace: string): Promise<void> {
  for (const deadline = Date.now() + LEARNED_WITHIN_MS; Date.now() < deadline; await sleep(LOOK_EVERY_MS)) {
    const listing = await read(READING, () => client.workflow.count());
    if ('value' in listing) return;
  }
  throw new EventTopicError(
    'TEMPORAL_REFUSED',
    'The namespace is made, and Temporal does not yet take queries in it',
    {
      details: { namespace },
      action: 'Run event-topic setup again in a minute',
    },
  );
}
