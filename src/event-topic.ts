import type { $ZodType, input } from 'zod/v4/core';
import { EventTopicError } from './common/errors.ts';
import type { EventMessage } from './common/message.ts';
import { isTopicName, TOPIC_NAME_RULE } from './common/topic-name.ts';

/** What {@link defineEventTopic} is told. */
export interface EventTopicSpec<Schema extends $ZodType = $ZodType> {
  /**
   * Name of the aggregate type, as `Customer`: 1–241 letters, digits, `-` or `_`. The SNS topic is called
   * `<name>EventTopic.fifo` and SNS allows 256 characters.
   */
  readonly name: string;
  /** zod schema of the domain event, in the JSON form in which it is stored. */
  readonly event: Schema;
  /**
   * Type of an event: becomes the SNS attribute `eventType`, for filter policies.
   * Default: `event.type ?? event.TAG ?? event` where that is a non-empty string, else no attribute.
   */
  readonly eventType?: (event: input<Schema>) => string;
}

/** A typed, named stream of one aggregate type's events; pure, shared by every side. */
export interface EventTopicDefinition<Schema extends $ZodType = $ZodType> {
  readonly name: string;
  readonly event: Schema;
  /** Type of an event; undefined when it has none. */
  eventType(event: input<Schema>): string | undefined;
}

/** The message type of a topic: `EventMessageOf<typeof Customer>`. */
export type EventMessageOf<Topic extends EventTopicDefinition> = EventMessage<input<Topic['event']>>;

/** Defines an EventTopic. Throws `INVALID_TOPIC` when the name cannot be part of an SNS topic's name. */
export function defineEventTopic<const Schema extends $ZodType>(
  spec: EventTopicSpec<Schema>,
): EventTopicDefinition<Schema> {
  if (!isTopicName(spec.name)) {
    throw new EventTopicError('INVALID_TOPIC', 'The name cannot be part of an SNS topic name', {
      details: { name: JSON.stringify(spec.name) },
      action: `Use ${TOPIC_NAME_RULE}`,
    });
  }
  return Object.freeze({
    name: spec.name,
    event: spec.event,
    eventType: spec.eventType ?? defaultEventType,
  });
}

function defaultEventType(event: unknown): string | undefined {
  const { type, TAG } = typeof event === 'object' && event !== null ? (event as Discriminated) : {};
  return [type, TAG, event].find(
    (candidate): candidate is string => typeof candidate === 'string' && candidate !== '',
  );
}

interface Discriminated {
  readonly type?: unknown;
  /** ReScript's discriminator. */
  readonly TAG?: unknown;
}
