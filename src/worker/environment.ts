import { readFileSync } from 'node:fs';
import { SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/v4';
import type { EventPublisher } from '../activities/event-publisher.ts';
import { SnsFifoPublisher } from '../activities/publishers/sns-fifo-publisher.ts';
import { SnsPublisher } from '../activities/publishers/sns-publisher.ts';
import { EventTopicError } from '../common/errors.ts';
import { DEFAULT_TASK_QUEUE } from '../common/names.ts';
import { isTopicName, TOPIC_NAME_RULE } from '../common/topic-name.ts';
import type { TopicPublisher } from './topic-activities.ts';

/** What the worker executable takes from its environment; Temporal's own variables are read by @temporalio/envconfig. */
export interface WorkerEnvironment {
  readonly topics: readonly TopicPublisher[];
  readonly taskQueue: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const topicsSchema = z.record(z.string(), z.string());

// As many requests as a worker runs activities at once (Temporal's default is 100), without queueing in the SDK.
const MAX_SOCKETS = 100;

/** Reads `EVENT_TOPICS` or `EVENT_TOPICS_FILE`, and `EVENT_TOPIC_TASK_QUEUE`. Throws `INVALID_ENVIRONMENT` with every fault. */
export function readEnvironment(env: Environment): WorkerEnvironment {
  const { source, topics } = readTopics(env);
  const faults: string[] = [];
  const clients = new Map<string, SNSClient>();
  const publishers = Object.entries(topics).flatMap(([topic, topicArn]) => {
    if (!isTopicName(topic)) faults.push(`${JSON.stringify(topic)} is no topic name: ${TOPIC_NAME_RULE}`);
    try {
      return [{ topic, publisher: createPublisher(topicArn, clients) }];
    } catch (error) {
      faults.push(`${topic}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
  if (Object.keys(topics).length === 0) faults.push('there is no topic');
  if (faults.length > 0) throw invalid(`${source} is wrong: ${faults.join('; ')}`);
  return { topics: publishers, taskQueue: env['EVENT_TOPIC_TASK_QUEUE'] || DEFAULT_TASK_QUEUE };
}

function createPublisher(topicArn: string, clients: Map<string, SNSClient>): EventPublisher {
  // A text that is no ARN has no region; the publisher says what is wrong with it.
  const region = topicArn.split(':')[3] || 'none';
  const client = clients.get(region) ?? new SNSClient({ region, requestHandler: agents() });
  clients.set(region, client);
  return topicArn.endsWith('.fifo')
    ? new SnsFifoPublisher({ topicArn, client })
    : new SnsPublisher({ topicArn, client });
}

function agents(): { httpAgent: { maxSockets: number }; httpsAgent: { maxSockets: number } } {
  return { httpAgent: { maxSockets: MAX_SOCKETS }, httpsAgent: { maxSockets: MAX_SOCKETS } };
}

function readTopics(env: Environment): { source: string; topics: Record<string, string> } {
  const { EVENT_TOPICS: inline, EVENT_TOPICS_FILE: file } = env;
  if (inline && file) {
    const action = 'Unset one of them';
    throw new EventTopicError('INVALID_ENVIRONMENT', 'EVENT_TOPICS and EVENT_TOPICS_FILE are both set', {
      action,
    });
  }
  if (inline) return { source: 'EVENT_TOPICS', topics: parseTopics('EVENT_TOPICS', inline) };
  if (!file) throw invalid('Neither EVENT_TOPICS nor EVENT_TOPICS_FILE is set');
  return {
    source: `EVENT_TOPICS_FILE ${file}`,
    topics: parseTopics(`EVENT_TOPICS_FILE ${file}`, readFile(file)),
  };
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalid(`EVENT_TOPICS_FILE ${file} cannot be read: ${String(cause)}`, cause);
  }
}

function parseTopics(source: string, json: string): Record<string, string> {
  try {
    return topicsSchema.parse(JSON.parse(json));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : String(cause);
    throw invalid(`${source} is not a JSON object of topic names and ARNs: ${reason}`, cause);
  }
}

function invalid(fact: string, cause?: unknown): EventTopicError {
  const action =
    'Set EVENT_TOPICS=\'{"Customer":"arn:aws:sns:<region>:<account>:CustomerEventTopic.fifo"}\' (the Pulumi stack prints it as eventTopics)';
  return new EventTopicError('INVALID_ENVIRONMENT', fact, { action, cause });
}
