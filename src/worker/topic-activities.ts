import * as z from 'zod/v4';
import type { DeadLetterQueue } from '../activities/dead-letter-queue.ts';
import type { EventPublisher } from '../activities/event-publisher.ts';
import { createTopics, type PublishActivities, publishActivities } from '../activities/publish-events.ts';
import {
  createReadStreamActivities,
  type ReadStreamActivities,
  type StreamSource,
} from '../activities/read-stream.ts';
import { describe, isRecord, type KeysOf, optionFaults } from '../common/arguments.ts';
import type { PayloadStore } from '../common/claim-check.ts';
import { SNS_MAX_MESSAGE_BYTES } from '../common/defaults.ts';
import { EventTopicError } from '../common/errors.ts';
import type { EventLog, EventStreamReader } from '../common/event-log.ts';
import { isTopicName, TOPIC_NAME_RULE } from '../common/topic-name.ts';
import { findWatermark } from '../event-log/relay/find-watermark.ts';
import { createRelayActivities, type RelayActivities } from '../event-log/relay/relay-activities.ts';
import type { RelaySource } from '../event-log/relay/relay-source.ts';
import {
  createRepublishActivities,
  type RepublishActivities,
} from '../event-log/republish/republish-activities.ts';
import { defaultEventType, type EventTopicDefinition } from '../event-topic.ts';

/** An EventTopic that a worker publishes, and where to. */
export type TopicPublisher = TopicTarget & RefusedEvents;

type TopicDefinition = Pick<EventTopicDefinition, 'name'> &
  Partial<Pick<EventTopicDefinition, 'eventType' | 'event'>>;

interface TopicTarget {
  /**
   * The topic's definition, or just its name: a worker needs no application code. With the definition, what a relay reads from the EventLog
   * is checked by the topic's schema, as `publish` does.
   */
  readonly topic: TopicDefinition | string;
  readonly publisher: EventPublisher;
  /**
   * Lets up to ten events of one aggregate share a PublishBatch: some ten times faster for a single aggregate. SNS does
   * not say what becomes of the later events of a batch when an earlier one of the same aggregate fails. If it accepts them,
   * they overtake it, and nothing can put that right. Only what comes before the first failure counts as acknowledged; the
   * rest is sent again, and SNS drops what it has. Use it where an event out of order, seldom, is better than waiting.
   *
   * Default: false, one event of an aggregate at a time. On a standard topic, which keeps no order anyway: true.
   */
  readonly sameAggregateBatching?: boolean;
  /**
   * Where events that are missing in a stream are read from, for a topic ordered by position; and what an `EventLogRelay` publishes, when it
   * is an `EventLog`. Default: none; an aggregate whose missing event does not come by itself is parked, and no relay can run.
   */
  readonly eventLog?: EventStreamReader | EventLog;
  /** Takes the bodies of messages from the EventLog that are too large for SNS, as the client's does. Default: none. */
  readonly claimCheck?: PayloadStore;
}

/** What becomes of an event that SNS refuses, which trying again cannot cure. */
export type RefusedEvents =
  | {
      /** Its aggregate stops there until an operator decides; nothing later of it is published. The default. */
      readonly onRefused?: 'park';
      readonly deadLetterQueue?: never;
    }
  | {
      /** It goes to the dead letter queue, with the reason, and its aggregate goes on: collectors never see it. */
      readonly onRefused: 'deadLetter';
      /** As `new SqsDeadLetterQueue({ queueUrl, client })`. An event that it refuses too is parked. */
      readonly deadLetterQueue: DeadLetterQueue;
    };

/** All activities of a worker, by name. */
export type TopicActivities = PublishActivities &
  ReadStreamActivities &
  RelayActivities &
  RepublishActivities;

/**
 * The activities for a worker's topics; what `stopping` gives aborts when the worker begins to shut down. Throws `INVALID_WORKER` with every fault of the
 * list.
 */
export function topicActivities(
  topics: readonly TopicPublisher[],
  stopping: () => AbortSignal = () => NEVER,
): TopicActivities {
  refuseWorkerFaults(faultsOf(topics));
  const byName = new Map(topics.map((target) => [nameOf(target), target]));
  const published = createTopics(
    mapValues(byName, ({ publisher }) => publisher),
    byName,
  );
  const sources = mapValues(byName, toRelaySource);
  return {
    ...publishActivities(published),
    ...createReadStreamActivities(mapValues(byName, toStreamSource)),
    ...createRelayActivities(sources, stopping),
    ...createRepublishActivities(sources, published, stopping),
  };
}

const NEVER = new AbortController().signal;

/** Throws `INVALID_WORKER` when there are any. */
export function refuseWorkerFaults(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_WORKER', `The worker's topics are wrong: ${faults.join('; ')}`, {
    action: "Give one { topic: 'Customer', publisher } per EventTopic",
  });
}

function toStreamSource({ topic, eventLog, publisher, claimCheck: store }: TopicPublisher): StreamSource {
  const definition = typeof topic === 'object' && topic.eventType ? topic : { eventType: defaultEventType };
  const { maxBatchBytes: maxMessageBytes } = publisher;
  return {
    eventLog,
    eventTypeOf: (event) => definition.eventType?.(event),
    ...(eventLog ? { findWatermark: (input) => findWatermark(eventLog, input) } : {}),
    ...(maxMessageBytes === undefined ? {} : { limits: { maxMessageBytes, store } }),
  };
}

function toRelaySource({ topic, eventLog, publisher, claimCheck: store }: TopicPublisher): RelaySource {
  const { event = ANY_EVENT, eventType = defaultEventType } = typeof topic === 'object' ? topic : {};
  const { maxBatchBytes: maxMessageBytes = SNS_MAX_MESSAGE_BYTES } = publisher;
  return { definition: { event, eventType }, eventLog, limits: { maxMessageBytes, store } };
}

const ANY_EVENT = z.unknown();

/** Name of a worker's topic. */
export function nameOf({ topic }: TopicPublisher): string {
  return typeof topic === 'string' ? topic : topic?.name;
}

const TARGET_KEYS: KeysOf<TopicPublisher> = {
  topic: true,
  publisher: true,
  sameAggregateBatching: true,
  eventLog: true,
  claimCheck: true,
  onRefused: true,
  deadLetterQueue: true,
};

function faultsOf(topics: unknown): readonly string[] {
  if (!Array.isArray(topics)) return [`topics is an array of { topic, publisher }, not ${describe(topics)}`];
  const shape = topics.flatMap((topic, index) => optionFaults(topic, TARGET_KEYS, `topics[${index}]`));
  return topics.every(isRecord)
    ? [...faultsOfTargets(topics as unknown as TopicPublisher[]), ...shape]
    : shape;
}

function faultsOfTargets(topics: readonly TopicPublisher[]): readonly string[] {
  const names = topics.map(nameOf);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...(names.length === 0 ? ['there is no topic'] : []),
    ...names
      .filter((name) => !isTopicName(name))
      .map((name) => `${JSON.stringify(name)} is no topic name: ${TOPIC_NAME_RULE}`),
    ...repeated.map((name) => `the topic ${name} is there more than once`),
    ...topics.flatMap((topic) =>
      [...publisherFaults(topic), ...refusedFaults(topic)].map((fault) => `${nameOf(topic)}: ${fault}`),
    ),
  ];
}

function publisherFaults({ publisher }: TopicPublisher): readonly string[] {
  return publisher?.maxBatchEntries >= 1 ? [] : ['there is no publisher that takes at least one event'];
}

/** For callers without a compiler: a queue that nobody uses is as wrong as none. */
function refusedFaults({ onRefused = 'park', deadLetterQueue }: TopicPublisher): readonly string[] {
  if (onRefused === 'deadLetter')
    return deadLetterQueue ? [] : ["onRefused is 'deadLetter', and there is no deadLetterQueue"];
  if (onRefused !== 'park') return ["onRefused is 'park' or 'deadLetter'"];
  return deadLetterQueue ? ["there is a deadLetterQueue, and onRefused is not 'deadLetter'"] : [];
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, to: (value: From) => To): Map<string, To> {
  return new Map([...map].map(([key, value]) => [key, to(value)]));
}
