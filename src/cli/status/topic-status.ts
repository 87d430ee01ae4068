import type { Client } from '@temporalio/client';
import type { EventTopic } from '../../client/event-topic.ts';
import { isEventTopicError } from '../../common/errors.ts';
import { partitionOf, partitionWorkflowId, relayWorkflowId } from '../../common/ids.ts';
import { PARKED_WORKFLOW, RELAY_WORKFLOW } from '../../common/names.ts';
import type { Ordering } from '../../common/protocol/publish.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { publishersOf } from '../topics/ids.ts';
import { recordedPartitions } from '../topics/layout.ts';
import type { OpenTopic } from '../topics/open-topic.ts';
import { seenTopics } from '../topics/seen-topics.ts';

/** A topic, as Temporal's lists tell. JSON of `status`: fields are added, never changed. */
export interface TopicSummary {
  readonly topic: string;
  /** Publishers that are open: of aggregates that are busy, or were a while ago, or of partitions. */
  readonly openPublishers: number;
  readonly parked: number;
  /** Null: a publisher for each aggregate. */
  readonly partitions: number | null;
  /** Whether its relay runs. */
  readonly relay: boolean;
}

/** JSON of `status TOPIC`. */
export interface TopicStatus extends TopicSummary {
  /** Null: not known. */
  readonly ordering: Ordering | null;
  /** Of a topic that has partitions: each of them. */
  readonly partitionList?: readonly PartitionRow[];
}

export interface PartitionRow {
  readonly index: number;
  readonly workflowId: string;
  /** `idle`: its publisher is not open. `silent`: no worker answers for it. */
  readonly state: 'open' | 'idle' | 'silent';
  readonly aggregates?: number;
  readonly pending?: number;
  readonly parked?: number;
}

export async function readTopics(client: Client): Promise<readonly TopicSummary[]> {
  const topics = await seenTopics(client);
  return await Promise.all(
    topics.map(async (topic) => summaryOf(client, topic, await recordedPartitions(client, topic))),
  );
}

export async function readTopicStatus({
  topic,
  definition,
  temporal,
  isOrderingKnown,
}: OpenTopic): Promise<TopicStatus> {
  const { name, partitions, ordering } = definition;
  return {
    ...(await summaryOf(temporal.client, name, partitions)),
    ordering: isOrderingKnown ? ordering : null,
    ...(partitions === undefined ? {} : { partitionList: await readPartitions(topic, partitions) }),
  };
}

async function summaryOf(
  client: Client,
  topic: string,
  partitions: number | undefined,
): Promise<TopicSummary> {
  const [openPublishers, parked, relays] = await Promise.all(
    [
      publishersOf(topic),
      `WorkflowType = '${PARKED_WORKFLOW}' AND WorkflowId STARTS_WITH 'event-topic-parked/${topic}/'`,
      `WorkflowType = '${RELAY_WORKFLOW}' AND WorkflowId = '${relayWorkflowId(topic)}'`,
    ].map(async (query) => (await client.workflow.count(`${query} AND ExecutionStatus = 'Running'`)).count),
  );
  return {
    topic,
    openPublishers: openPublishers ?? 0,
    parked: parked ?? 0,
    partitions: partitions ?? null,
    relay: relays !== 0,
  };
}

/** So many at the same time: each is a query that a worker answers. */
const QUERIES_IN_FLIGHT = 16;

async function readPartitions(
  topic: EventTopic<EventTopicDefinition['event']>,
  count: number,
): Promise<readonly PartitionRow[]> {
  const ids = idsByPartition(count);
  const rows: PartitionRow[] = [];
  for (let from = 0; from < count; from += QUERIES_IN_FLIGHT) {
    const some = ids.slice(from, from + QUERIES_IN_FLIGHT);
    rows.push(
      ...(await Promise.all(
        some.map((id, offset) => readPartition(topic, { id, index: from + offset, count })),
      )),
    );
  }
  return rows;
}

async function readPartition(
  topic: EventTopic<EventTopicDefinition['event']>,
  { id, index, count }: { readonly id: string; readonly index: number; readonly count: number },
): Promise<PartitionRow> {
  const workflowId = partitionWorkflowId(topic.topic.name, { index, count });
  try {
    const status = await topic.status(id);
    if (status.state === 'unknown') return { index, workflowId, state: 'idle' };
    const { aggregates = 0, pending = 0, parked = 0 } = status.partition ?? {};
    return { index, workflowId, state: status.open ? 'open' : 'idle', aggregates, pending, parked };
  } catch (error) {
    if (!isEventTopicError(error, 'PUBLISHER_NOT_READY')) throw error;
    return { index, workflowId, state: 'silent' };
  }
}

/** Ids, one in each partition, of no aggregate: the client asks for an aggregate, whose publisher also tells of its partition. */
export function idsByPartition(count: number): readonly string[] {
  const ids: string[] = [];
  for (let number = 0, found = 0; found < count; number += 1) {
    const id = `event-topic-status-${number}`;
    const { index } = partitionOf(id, count);
    if (ids[index] !== undefined) continue;
    ids[index] = id;
    found += 1;
  }
  return ids;
}
