import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { CONFIGURATION_RETRY_DELAY_MS } from '../common/defaults.ts';
import { FAILURE_TYPES } from '../common/names.ts';
import type { PublishEventsInput, PublishFailure } from '../common/protocol/activities.ts';
import type { EventPublisher } from './event-publisher.ts';

// Benign: Temporal logs no line per attempt. The incident log says it once for the topic, the status for each aggregate.

/** Makes Temporal try the activity again: with backoff, or slowly when only an operator can cure the cause. */
export function tryAgainFailure(
  failure: PublishFailure,
  input: PublishEventsInput,
  publisher: EventPublisher,
): ApplicationFailure {
  const { code, reason } = failure;
  const facts = `[topic=${input.topic} target=${publisher.describe()} aggregates=${input.aggregates.length} code=${code}]`;
  return failure.kind === 'configuration'
    ? configurationFailure(
        `Publishing is refused: ${reason} ${facts}. Correct permissions, keys, credentials or the topic; it is tried again by itself`,
      )
    : unavailableFailure(
        `Publishing fails for now: ${reason} ${facts}. If it lasts, check the network, AWS_ENDPOINT_URL_SNS and SNS quotas`,
      );
}

/** A workflow's topic is not among the worker's: some other worker of the task queue, or a later deploy, may have it. */
export function unknownTopicFailure(topic: string, known: readonly string[]): ApplicationFailure {
  return configurationFailure(
    `This worker does not publish the EventTopic [topic=${topic} configured=${known.join(',')}]. Add it to the worker's topics (EVENT_TOPICS), or use a task queue of its own`,
  );
}

/** Tried again with backoff: time may cure the cause. */
export function unavailableFailure(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: FAILURE_TYPES.unavailable,
    category: ApplicationFailureCategory.BENIGN,
    message,
  });
}

/** Tried again slowly: an operator, or whoever wrote the adapter, must correct the cause. */
export function configurationFailure(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: FAILURE_TYPES.configuration,
    category: ApplicationFailureCategory.BENIGN,
    message,
    nextRetryDelay: CONFIGURATION_RETRY_DELAY_MS,
  });
}
