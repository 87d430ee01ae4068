import type { $ZodType, input } from 'zod/v4/core';
import { describe, isRecord, type KeysOf, optionFaults } from './common/arguments.ts';
import { isKnownAsync } from './common/async-schema.ts';
import { EventTopicError } from './common/errors.ts';
import type { EventMessage } from './common/message.ts';
import type { Ordering } from './common/protocol/publish.ts';
import { isTopicName, TOPIC_NAME_RULE } from './common/topic-name.ts';

/** The types of an event, as the default of {@link EventTopicSpec.eventType} finds them; `string` where the schema does not tell. */
export type DefaultEventType<Event> = Event extends string
  ? Event
  : Event extends { readonly type: infer Type extends string }
    ? Type
    : Event extends { readonly TAG: infer Tag extends string }
      ? Tag
      : string;

/** What {@link defineEventTopic} is told. */
export interface EventTopicSpec<
  Schema extends $ZodType = $ZodType,
  Name extends string = string,
  Type extends string = string,
> {
  /**
   * Name of the aggregate type, as `Customer`: 1–241 letters, digits, `-` or `_`. The SNS topic is called
   * `<name>EventTopic.fifo` and SNS allows 256 characters.
   */
  readonly name: Name;
  /** zod schema of the domain event, in the JSON form in which it is stored. */
  readonly event: Schema;
  /**
   * Type of an event: becomes the SNS attribute `eventType`, for filter policies.
   * Default: `event.type ?? event.TAG ?? event` where that is a non-empty string, else no attribute.
   */
  readonly eventType?: (event: input<Schema>) => Type;
  /**
   * What orders an aggregate's events. `arrival`: the order in which Temporal accepts them. `position`: their `position`
   * (1, 2, 3 …), whichever process publishes which first; every message must have one. Default: `arrival`.
   */
  readonly ordering?: Ordering;
  /**
   * Number of publisher workflows that share the topic's aggregates, 1 to 1,000. Far fewer Temporal actions for many
   * aggregates with few events each; see docs/guides/partitions.md. It cannot be changed while events wait.
   * Default: a publisher workflow for each aggregate.
   */
  readonly partitions?: number;
}

/** A typed, named stream of one aggregate type's events; pure, shared by every side. */
export interface EventTopicDefinition<
  Schema extends $ZodType = $ZodType,
  Name extends string = string,
  Type extends string = string,
> {
  readonly name: Name;
  readonly event: Schema;
  readonly ordering: Ordering;
  /** Undefined: a publisher workflow for each aggregate. */
  readonly partitions: number | undefined;
  /** Type of an event; undefined when it has none. */
  eventType(event: input<Schema>): Type | undefined;
}

/** The message type of a topic: `EventMessageOf<typeof Customer>`. */
export type EventMessageOf<Topic extends EventTopicDefinition> = EventMessage<input<Topic['event']>>;

/** Defines an EventTopic. Throws `INVALID_TOPIC` with every fault of the definition. */
export function defineEventTopic<
  const Schema extends $ZodType,
  const Name extends string,
  Type extends string = DefaultEventType<input<Schema>>,
>(spec: EventTopicSpec<Schema, Name, Type>): EventTopicDefinition<Schema, Name, Type> {
  const faults = isRecord(spec) ? faultsOf(spec) : optionFaults(spec, SPEC_KEYS);
  if (faults.length > 0) {
    throw new EventTopicError('INVALID_TOPIC', `The definition is wrong: ${faults.join('; ')}`, {
      details: { name: typeof spec?.name === 'string' ? JSON.stringify(spec.name) : describe(spec?.name) },
      action: 'Correct it and define the topic again',
    });
  }
  const { name, ordering = 'arrival', partitions } = spec;
  return Object.freeze({
    name,
    event: spec.event,
    ordering,
    partitions,
    eventType: spec.eventType ?? (defaultEventType as (event: unknown) => Type | undefined),
  });
}

const MAX_PARTITIONS = 1_000;

const SPEC_KEYS: KeysOf<EventTopicSpec> = {
  name: true,
  event: true,
  eventType: true,
  ordering: true,
  partitions: true,
};

function faultsOf(
  spec: Omit<EventTopicSpec, 'eventType'> & { readonly eventType?: unknown },
): readonly string[] {
  const { name, event, eventType, ordering = 'arrival', partitions = 1 } = spec;
  const isCount = Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS;
  return [
    ...(isTopicName(name) ? [] : [`the name cannot be part of an SNS topic name: use ${TOPIC_NAME_RULE}`]),
    ...(ordering === 'arrival' || ordering === 'position' ? [] : ["ordering is 'arrival' or 'position'"]),
    ...schemaFaults(event),
    ...(eventType === undefined || typeof eventType === 'function'
      ? []
      : [`eventType is a function, not ${describe(eventType)}`]),
    ...(isCount ? [] : [`partitions is a whole number from 1 to ${MAX_PARTITIONS}`]),
    ...optionFaults(spec, SPEC_KEYS),
  ];
}

function schemaFaults(schema: $ZodType | undefined): readonly string[] {
  if (!isRecord(schema) || !('_zod' in schema)) return [`event is a zod schema, not ${describe(schema)}`];
  const what = 'event has an async refinement or transform, and publish validates synchronously';
  return isKnownAsync(schema) ? [`${what}: check that before you publish`] : [];
}

/** The type of an event unless the topic says otherwise; undefined when it has none. */
export function defaultEventType(event: unknown): string | undefined {
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
