import type { EventPublisher } from '../activities/event-publisher.ts';
import { createPublishActivities, type PublishActivities } from '../activities/publish-events.ts';
import { EventTopicError } from '../common/errors.ts';
import { isTopicName, TOPIC_NAME_RULE } from '../common/topic-name.ts';
import type { EventTopicDefinition } from '../event-topic.ts';

/** An EventTopic that a worker publishes, and where to. */
export interface TopicPublisher {
  /** The topic's definition, or just its name: a worker needs no application code. */
  readonly topic: Pick<EventTopicDefinition, 'name'> | string;
  readonly publisher: EventPublisher;
  /**
   * Lets up to ten events of one aggregate share a PublishBatch: some ten times faster for a single aggregate. SNS does
   * not say what becomes of the later events of a batch when an earlier one of the same aggregate fails. If it accepts them,
   * they overtake it, and nothing can put that right. Only what comes before the first failure counts as acknowledged; the
   * rest is sent again, and SNS drops what it has. Use it where an event out of order, seldom, is better than waiting.
   * Default: false, one event of an aggregate at a time.
   */
  readonly sameAggregateBatching?: boolean;
}

/** The activities for a worker's topics. Throws `INVALID_WORKER` with every fault of the list. */
export function topicActivities(topics: readonly TopicPublisher[]): PublishActivities {
  const names = topics.map(({ topic }) => (typeof topic === 'string' ? topic : topic.name));
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const faults = [
    ...(names.length === 0 ? ['there is no topic'] : []),
    ...names
      .filter((name) => !isTopicName(name))
      .map((name) => `${JSON.stringify(name)} is no topic name: ${TOPIC_NAME_RULE}`),
    ...repeated.map((name) => `the topic ${name} is there more than once`),
  ];
  if (faults.length > 0) {
    throw new EventTopicError('INVALID_WORKER', `The worker's topics are wrong: ${faults.join('; ')}`, {
      action: "Give one { topic: 'Customer', publisher } per EventTopic",
    });
  }
  const named = topics.map((topic, index) => ({ ...topic, name: names[index] ?? '' }));
  return createPublishActivities(new Map(named.map(({ name, publisher }) => [name, publisher])), {
    sameAggregateBatching: new Set(
      named.filter((topic) => topic.sameAggregateBatching).map(({ name }) => name),
    ),
  });
}
