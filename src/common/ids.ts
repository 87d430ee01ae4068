import { createHash } from 'node:crypto';
import { checkText, describe, invalidArgument } from './arguments.ts';
import type { PartitionRef } from './protocol/publish.ts';

// Temporal: ids of at most 1,000 bytes (limits.mdx). Counted in UTF-8 on the whole workflow id.
const MAX_WORKFLOW_ID_BYTES = 1_000;

// SNS: MessageGroupId and MessageDeduplicationId are 1–128 of ASCII letters, digits and punctuation.
const SNS_ID = /^[\x21-\x7e]{1,128}$/;

/** Workflow id of the publisher of one aggregate: `event-topic/<topic>/<aggregate id>`, the id hashed when too long. */
export function publisherWorkflowId(topic: string, aggregateId: string): string {
  checkText('publisherWorkflowId(topic, aggregateId)', 'topic', topic);
  checkText('publisherWorkflowId(topic, aggregateId)', 'aggregateId', aggregateId);
  const prefix = `event-topic/${topic}/`;
  const workflowId = prefix + aggregateId;
  return Buffer.byteLength(workflowId) <= MAX_WORKFLOW_ID_BYTES ? workflowId : prefix + sha256(aggregateId);
}

/** Workflow id of the publisher of a partition: `event-topic-partition/<topic>/<k>-of-<n>`. */
export function partitionWorkflowId(topic: string, partition: PartitionRef): string {
  const call = 'partitionWorkflowId(topic, { index, count })';
  checkText(call, 'topic', topic);
  if (!Number.isInteger(partition?.index) || !Number.isInteger(partition.count))
    throw invalidArgument(call, [`the partition is { index, count }, not ${describe(partition)}`]);
  return `event-topic-partition/${topic}/${partition.index}-of-${partition.count}`;
}

/** Which of `count` partitions an aggregate is in: the first 48 bits of its id's SHA-256, modulo `count`. */
export function partitionOf(aggregateId: string, count: number): PartitionRef {
  checkText('partitionOf(aggregateId, count)', 'aggregateId', aggregateId);
  if (!(Number.isInteger(count) && count >= 1))
    throw invalidArgument('partitionOf(aggregateId, count)', [
      `count is a whole number from 1, not ${describe(count)}`,
    ]);
  const hash = createHash('sha256').update(aggregateId, 'utf8').digest();
  return { index: hash.readUIntBE(0, 6) % count, count };
}

/** Workflow id of the record of how many partitions a topic has. */
export function layoutWorkflowId(topic: string): string {
  return `event-topic-layout/${topic}`;
}

/** Workflow id of a topic's relay. */
export function relayWorkflowId(topic: string): string {
  return `event-topic-relay/${topic}`;
}

/** Workflow id of a republish. */
export function republishWorkflowId(topic: string, republishId: string): string {
  return `event-topic-republish/${topic}/${republishId}`;
}

/** SNS MessageGroupId of an aggregate: the id itself where SNS allows it, else its SHA-256 in hex. */
export function messageGroupId(aggregateId: string): string {
  checkText('messageGroupId(aggregateId)', 'aggregateId', aggregateId);
  return snsId(aggregateId);
}

/** SNS MessageDeduplicationId of a message: the msgId itself where SNS allows it, else its SHA-256 in hex. */
export function messageDeduplicationId(msgId: string): string {
  checkText('messageDeduplicationId(msgId)', 'msgId', msgId);
  return snsId(msgId);
}

function snsId(id: string): string {
  return SNS_ID.test(id) ? id : sha256(id);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
