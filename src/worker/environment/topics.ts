import { readFileSync } from 'node:fs';
import { SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/v4';
import type { EventPublisher } from '../../activities/event-publisher.ts';
import { SnsFifoPublisher } from '../../activities/publishers/sns-fifo-publisher.ts';
import { SnsPublisher } from '../../activities/publishers/sns-publisher.ts';
import { SqsDeadLetterQueue } from '../../activities/publishers/sqs-dead-letter-queue.ts';
import type { EventTopicError } from '../../common/errors.ts';
import { isTopicName, TOPIC_NAME_RULE } from '../../common/topic-name.ts';
import type { RefusedEvents, TopicPublisher } from '../topic-activities.ts';
import { type Environment, invalid } from './variables.ts';

const topicConfig = z.strictObject({
  topicArn: z.string(),
  /** Where refused events go. Default: nowhere, they park. */
  deadLetterQueueUrl: z.string().optional(),
  /** The topic's `MaximumMessageSize`, in bytes. Default: 262,144. */
  maxMessageBytes: z.int().min(1_024).max(1_048_576).optional(),
});

type TopicConfig = z.infer<typeof topicConfig>;

/** Of each topic its ARN, or an object with more. */
const topicsSchema = z.record(
  z.string(),
  z.preprocess((value) => (typeof value === 'string' ? { topicArn: value } : value), topicConfig),
);

// As many requests as a worker runs activities at once (Temporal's default is 100), without queueing in the SDK.
const MAX_SOCKETS = 100;

// Origin and region. A queue whose URL does not name its region, as an emulator's, is taken to be in its topic's.
const QUEUE_URL = /^(https?:\/\/(?:(?:[^/]+\.)?sqs(?:-fips)?\.([a-z0-9-]+)\.)?[^/]+)/;

/** Reads `EVENT_TOPICS` or `EVENT_TOPICS_FILE`. Rejects with `INVALID_ENVIRONMENT` and every fault. */
export async function readTopics(env: Environment): Promise<readonly TopicPublisher[]> {
  const { source, topics: configs } = readConfigs(env);
  const clients = new Map<string, SNSClient>();
  const topics: TopicPublisher[] = [];
  const faults: string[] = [];
  for (const [topic, config] of Object.entries(configs)) {
    if (!isTopicName(topic)) faults.push(`${JSON.stringify(topic)} is no topic name: ${TOPIC_NAME_RULE}`);
    const made = await Promise.allSettled([createPublisher(config, clients), createRefused(config, env)]);
    const reasons = made.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []));
    faults.push(...reasons.map((reason) => `${topic}: ${reason}`));
    const [publisher, refused] = made;
    if (publisher.status === 'fulfilled' && refused.status === 'fulfilled')
      topics.push({ topic, publisher: publisher.value, ...refused.value });
  }
  if (Object.keys(configs).length === 0) faults.push('there is no topic');
  if (faults.length > 0) throw wrongTopics(`${source} is wrong: ${faults.join('; ')}`);
  return topics;
}

async function createPublisher(
  { topicArn, maxMessageBytes }: TopicConfig,
  clients: Map<string, SNSClient>,
): Promise<EventPublisher> {
  const region = regionOf(topicArn);
  const client = clients.get(region) ?? new SNSClient({ region, requestHandler: agents() });
  clients.set(region, client);
  const options = { topicArn, client, maxMessageBytes };
  return topicArn.endsWith('.fifo') ? new SnsFifoPublisher(options) : new SnsPublisher(options);
}

async function createRefused(
  { topicArn, deadLetterQueueUrl: queueUrl }: TopicConfig,
  env: Environment,
): Promise<RefusedEvents> {
  if (queueUrl === undefined) return { onRefused: 'park' };
  // Loaded here: who has no dead letter queue need not install the SQS client.
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const [, origin, region = regionOf(topicArn)] = QUEUE_URL.exec(queueUrl) ?? [];
  // By itself the SDK prefers the URL to these variables, and complains about it.
  const endpoint = env['AWS_ENDPOINT_URL_SQS'] || env['AWS_ENDPOINT_URL'] || origin;
  const client = new SQSClient({ region, endpoint, requestHandler: agents() });
  return { onRefused: 'deadLetter', deadLetterQueue: new SqsDeadLetterQueue({ queueUrl, client }) };
}

// A text that is no ARN has no region; the publisher says what is wrong with it.
function regionOf(topicArn: string): string {
  return topicArn.split(':')[3] || 'none';
}

function agents(): { httpAgent: { maxSockets: number }; httpsAgent: { maxSockets: number } } {
  return { httpAgent: { maxSockets: MAX_SOCKETS }, httpsAgent: { maxSockets: MAX_SOCKETS } };
}

function readConfigs(env: Environment): { source: string; topics: Record<string, TopicConfig> } {
  const { EVENT_TOPICS: inline, EVENT_TOPICS_FILE: file } = env;
  if (inline && file)
    throw invalid('EVENT_TOPICS and EVENT_TOPICS_FILE are both set', { action: 'Unset one of them' });
  if (inline) return { source: 'EVENT_TOPICS', topics: parseTopics('EVENT_TOPICS', inline) };
  if (!file) throw wrongTopics('Neither EVENT_TOPICS nor EVENT_TOPICS_FILE is set');
  return {
    source: `EVENT_TOPICS_FILE ${file}`,
    topics: parseTopics(`EVENT_TOPICS_FILE ${file}`, readFile(file)),
  };
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw wrongTopics(`EVENT_TOPICS_FILE ${file} cannot be read: ${String(cause)}`, cause);
  }
}

function parseTopics(source: string, json: string): Record<string, TopicConfig> {
  try {
    return topicsSchema.parse(JSON.parse(json));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll(/\s+/g, ' ') : String(cause);
    throw wrongTopics(`${source} is not a JSON object of topic names and ARNs: ${reason}`, cause);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function wrongTopics(fact: string, cause?: unknown): EventTopicError {
  const action =
    'Set EVENT_TOPICS=\'{"Customer":"arn:aws:sns:<region>:<account>:CustomerEventTopic.fifo"}\' (the Pulumi stack prints it as eventTopics)';
  return invalid(fact, { action, cause });
}
