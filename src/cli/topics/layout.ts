import type { Client } from '@temporalio/client';
import { layoutWorkflowId } from '../../common/ids.ts';
import { LAYOUT_PARTITIONS_MEMO } from '../../common/names.ts';

/** The number of partitions that is recorded of a topic; undefined: none is. docs/decisions/partition-layout.md. */
export async function recordedPartitions(client: Client, topic: string): Promise<number | undefined> {
  const { WorkflowNotFoundError } = await import('@temporalio/client');
  try {
    const { status, memo } = await client.workflow.getHandle(layoutWorkflowId(topic)).describe();
    return status.name === 'RUNNING' ? Number(memo?.[LAYOUT_PARTITIONS_MEMO]) : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
