import { partitionOf, partitionWorkflowId, publisherWorkflowId } from '../../common/ids.ts';
import type { PublisherInput, PublisherSettings } from '../../common/protocol/publish.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';

/** The publisher workflow that serves an aggregate. */
export interface PublisherRef {
  readonly workflowId: string;
  /** What it is started with when it is not open. */
  readonly input: PublisherInput;
  /** For people, in Temporal's UI. */
  readonly summary: string;
}

// Temporal refuses summaries of more than 400 bytes; an aggregate id may be much longer.
const MAX_SUMMARY_LENGTH = 100;

/** Finds an aggregate's publisher. */
export function publisherOf(
  { name: topic, ordering, partitions }: EventTopicDefinition,
  id: string,
  settings: Partial<PublisherSettings> | undefined,
): PublisherRef {
  const common = {
    ...(ordering === 'position' ? { ordering } : {}),
    ...(settings ? { settings } : {}),
  };
  if (partitions === undefined) {
    const summary = `Publishes the events of ${topic} ${id}`.slice(0, MAX_SUMMARY_LENGTH);
    return {
      workflowId: publisherWorkflowId(topic, id),
      input: { topic, id, ...common },
      summary,
    };
  }
  const partition = partitionOf(id, partitions);
  const summary = `Publishes the events of ${topic}, partition ${partition.index} of ${partitions}`;
  return {
    workflowId: partitionWorkflowId(topic, partition),
    input: { topic, partition, ...common },
    summary,
  };
}
