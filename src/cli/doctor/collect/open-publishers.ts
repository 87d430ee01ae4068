import { PUBLISHER_WORKFLOW } from '../../../common/names.ts';

/** Temporal's list filter for a topic's open publishers. */
export function openPublishersOf(topic: string, { partitions = true } = {}): string {
  const prefixes = ['event-topic', ...(partitions ? ['event-topic-partition'] : [])];
  const ids = prefixes.map((prefix) => `WorkflowId STARTS_WITH '${prefix}/${topic}/'`);
  return `WorkflowType = '${PUBLISHER_WORKFLOW}' AND ExecutionStatus = 'Running' AND (${ids.join(' OR ')})`;
}
