import { layoutWorkflowId, relayWorkflowId } from '../../common/ids.ts';
import { LAYOUT_WORKFLOW, PUBLISHER_WORKFLOW, RELAY_WORKFLOW } from '../../common/names.ts';

// Queries of Temporal's visibility. A topic's name has letters, digits, - and _ only: it needs no escaping.

const LASTING = [PUBLISHER_WORKFLOW, LAYOUT_WORKFLOW, RELAY_WORKFLOW].map((type) => `'${type}'`).join(', ');

/** Publishers of a topic, open or not. */
export function publishersOf(topic: string): string {
  const ids = prefixesOf(topic).map((prefix) => `WorkflowId STARTS_WITH '${prefix}'`);
  return `WorkflowType = '${PUBLISHER_WORKFLOW}' AND (${ids.join(' OR ')})`;
}

/** By which a topic is known: publishers, layout, relay. */
export function workflowsOf(topic: string): string {
  const ids = [
    ...prefixesOf(topic).map((prefix) => `WorkflowId STARTS_WITH '${prefix}'`),
    `WorkflowId IN (${singlesOf(topic)})`,
  ];
  return `WorkflowType IN (${LASTING}) AND (${ids.join(' OR ')})`;
}

/** The same of every topic but these. */
export function workflowsOfOthers(topics: Iterable<string>): string {
  const ids = [...topics].flatMap((topic) => [
    ...prefixesOf(topic).map((prefix) => `WorkflowId NOT STARTS_WITH '${prefix}'`),
    `WorkflowId NOT IN (${singlesOf(topic)})`,
  ]);
  return [`WorkflowType IN (${LASTING})`, ...ids].join(' AND ');
}

/** The topic that a workflow belongs to; undefined: it is none of this package's. */
export function topicOf(workflowId: string): string | undefined {
  return /^event-topic(?:-partition|-layout|-relay)?\/([^/]+)/.exec(workflowId)?.[1];
}

function prefixesOf(topic: string): readonly string[] {
  return [`event-topic/${topic}/`, `event-topic-partition/${topic}/`];
}

function singlesOf(topic: string): string {
  return [layoutWorkflowId(topic), relayWorkflowId(topic)].map((id) => `'${id}'`).join(', ');
}
