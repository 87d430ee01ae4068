import type { TemporalTarget } from '../temporal/connect.ts';
import { checkClock } from './checks/clock.ts';
import { checkNamespace } from './checks/namespace.ts';
import { checkPublishers } from './checks/publishers.ts';
import { checkServer } from './checks/server.ts';
import { checkTaskQueue } from './checks/task-queue.ts';
import { checkTopic } from './checks/topic.ts';
import { awsClients } from './collect/aws-clients.ts';
import { collectPublishers } from './collect/publishers.ts';
import { collectTemporal, type TemporalFacts } from './collect/temporal.ts';
import { collectTopic } from './collect/topic.ts';
import { about, type Finding } from './finding.ts';
import type { TopicRef } from './topic-refs.ts';

export interface DoctorTargets {
  /** Connected; or why it is not. */
  readonly temporal: TemporalTarget | { readonly address: string; readonly reason: string };
  readonly topics: readonly TopicRef[];
}

/** Looks at everything, in the order in which an event passes it. Rejects at nothing that it looks at: that is a finding. */
export async function diagnose({ temporal, topics }: DoctorTargets): Promise<readonly Finding[]> {
  const isConnected = 'client' in temporal;
  const [facts, ...ofTopics] = await Promise.all([
    isConnected ? collectTemporal({ ...temporal, service: temporal.client.workflowService }) : undefined,
    ...topics.map((ref) => diagnoseTopic(temporal, ref)),
  ]);
  const dates = ofTopics.flatMap(({ clock }) => clock ?? []);
  return [
    ...(facts ? temporalFindings(facts) : unreachable(temporal)),
    ...checkClock({
      ...(dates[0] ?? { local: Date.now(), aws: undefined }),
      temporal: facts && lastSeen(facts),
    }),
    ...(topics.length === 0 ? [NO_TOPICS] : []),
    ...ofTopics.flatMap(({ findings }) => findings),
  ];
}

function temporalFindings({ server, namespace, taskQueue }: TemporalFacts): readonly Finding[] {
  return [checkServer(server), checkNamespace(namespace), ...checkTaskQueue(taskQueue, Date.now())];
}

function unreachable(temporal: DoctorTargets['temporal']): readonly Finding[] {
  if ('client' in temporal) return [];
  const { address, reason } = temporal;
  return [checkServer({ address, system: { unread: { code: 'UNAVAILABLE', reason } } })];
}

const NO_TOPICS = about('topics', 'none').warn(
  'No topic is known, so neither publishers nor SNS and SQS were looked at',
  'Name it: event-topic doctor Customer; or set EVENT_TOPICS as the worker has it, or --topic-arn',
);

interface TopicDiagnosis {
  readonly findings: readonly Finding[];
  readonly clock?: { readonly local: number; readonly aws: number } | undefined;
}

async function diagnoseTopic(
  temporal: DoctorTargets['temporal'],
  { topic, topicArn, deadLetterQueueUrl }: TopicRef,
): Promise<TopicDiagnosis> {
  const publishers = 'client' in temporal ? collectPublishers(temporal.client, topic) : undefined;
  if (topicArn === undefined) return { findings: [...(await checked(publishers)), noArn(topic)] };
  const clients = awsClients(topicArn);
  try {
    const facts = await collectTopic({ topic, topicArn, deadLetterQueueUrl }, clients);
    return { findings: [...(await checked(publishers)), ...checkTopic(facts)], clock: clients.clock() };
  } finally {
    clients.close();
  }
}

async function checked(
  publishers: ReturnType<typeof collectPublishers> | undefined,
): Promise<readonly Finding[]> {
  return publishers === undefined ? [] : checkPublishers(await publishers);
}

function noArn(topic: string): Finding {
  return about('topic', topic).warn(
    'Its ARN is not known, so SNS and SQS were not looked at',
    'Set EVENT_TOPICS as the worker has it, or give --topic-arn',
  );
}

/** By Temporal's clock: when a worker asked for work. */
function lastSeen({ taskQueue: { pollers } }: TemporalFacts): number | undefined {
  if ('unread' in pollers) return undefined;
  const times = [...pollers.value.workflow, ...pollers.value.activity].map(({ lastSeen }) => lastSeen);
  return times.length === 0 ? undefined : Math.max(...times);
}
