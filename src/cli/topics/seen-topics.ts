import type { Client } from '@temporalio/client';
import { closest, distance } from 'fastest-levenshtein';
import type { CliContext } from '../context.ts';
import { topicOf, workflowsOf, workflowsOfOthers } from './ids.ts';

/**
 * Names of the topics of which Temporal knows workflows. It asks for one workflow of a topic that is not known yet, until there is none: a topic may have a
 * workflow for each of millions of aggregates.
 */
export async function seenTopics(client: Client): Promise<readonly string[]> {
  const seen = new Set<string>();
  for (;;) {
    const topic = await topicBeside(client, seen);
    if (topic === undefined || seen.has(topic)) return [...seen].sort();
    seen.add(topic);
  }
}

async function topicBeside(client: Client, seen: ReadonlySet<string>): Promise<string | undefined> {
  const list = client.workflow.list({ query: workflowsOfOthers(seen), pageSize: 1 });
  for await (const { workflowId } of list) return topicOf(workflowId);
  return undefined;
}

export async function isSeen(client: Client, topic: string): Promise<boolean> {
  return (await client.workflow.count(workflowsOf(topic))).count > 0;
}

/** Of a topic that Temporal does not know nothing is parked, and it is idle: so says a typo. */
export async function noteUnseen(client: Client, topic: string, context: CliContext): Promise<boolean> {
  if (await isSeen(client, topic)) return false;
  const topics = await seenTopics(client);
  const near = topics.length > 0 ? closest(topic, [...topics]) : undefined;
  const isNear = near !== undefined && distance(topic, near) <= Math.max(2, topic.length / 3);
  context.output.note(
    `Temporal knows no workflows of a topic ${topic}${isNear ? `; did you mean ${near}?` : '.'}`,
  );
  return true;
}
