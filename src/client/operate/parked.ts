import type { Client } from '@temporalio/client';
import { PARKED_WORKFLOW } from '../../common/names.ts';
import type { ParkedAggregate, ParkedMemo } from '../../common/protocol/parked.ts';

/** Every aggregate of a topic that is parked, the longest parked first. */
export async function listParked(client: Client, topic: string): Promise<readonly ParkedAggregate[]> {
  const parked: ParkedAggregate[] = [];
  for await (const { memo } of client.workflow.list({ query: parkedQuery(topic) })) {
    const { eventTopicParked } = (memo ?? {}) as Partial<ParkedMemo>;
    if (eventTopicParked) parked.push(eventTopicParked);
  }
  return parked.sort((a, b) => (a.since < b.since ? -1 : 1));
}

/** Temporal's list filter for a topic's parked aggregates. */
export function parkedQuery(topic: string): string {
  return [
    `WorkflowType = '${PARKED_WORKFLOW}'`,
    "ExecutionStatus = 'Running'",
    `WorkflowId STARTS_WITH 'event-topic-parked/${topic}/'`,
  ].join(' AND ');
}
