import { choiceFaults, describe, hasMethods, isRecord, wholeFaults } from '../common/arguments.ts';
import type { PayloadSource } from '../common/claim-check.ts';
import { COLLECTOR } from '../common/defaults.ts';
import type { EventStreamReader } from '../common/event-log.ts';
import type { EventMessageOf, EventTopicDefinition } from '../event-topic.ts';
import type { Upcasters } from './decode/upcast.ts';
import type { Handler, Handlers, TopicOfName, UntypedHandler, UntypedHandlers } from './handlers.ts';
import type { HandlingSpec } from './handling/handling-spec.ts';
import type { Inbox } from './inbox.ts';
import { type CollectorLogger, loggerOf } from './logger.ts';
import { own } from './own.ts';

/** Who handles what: a handler per topic and event type, or one function for everything. */
export type HandlerOptions<Topics extends readonly EventTopicDefinition[], Transaction> =
  | {
      /** By topic: a handler for each event type (or `'ignore'`), or one function for all of its events. */
      readonly handlers: Handlers<Topics, Transaction>;
      readonly handle?: never;
    }
  | {
      /** Handles every event of every topic; `context.topic` says of which. */
      readonly handle: Handler<EventMessageOf<Topics[number]>, Transaction, Topics[number]['name']>;
      readonly handlers?: never;
    };

/** What every kind of consumer is told, whoever reads the queue for it. */
export interface HandlingOptions<Topics extends readonly EventTopicDefinition[], Transaction> {
  /** Topics to which the queue is subscribed. At least one, each once. */
  readonly topics: Topics;
  /** Remembers what was handled: see {@link Inbox}. Default: none; an event may be handled more than once, and one that comes early is not noticed. */
  readonly inbox?: Inbox<Transaction>;
  /** Events of older versions, by topic and event type: see {@link upcast}. Default: none. */
  readonly upcasters?: {
    readonly [Name in Topics[number]['name']]?: Upcasters<EventMessageOf<TopicOfName<Topics, Name>>['event']>;
  };
  /** Reads events whose body is in S3: `new S3ClaimCheck({ bucket, client })`. Default: none; such an event is tried again until there is one. */
  readonly claimCheck?: PayloadSource;
  /** Buckets from which bodies are read; an event that names another one is refused. Default: the `bucket` of the claim check. */
  readonly claimCheckBuckets?: readonly string[];
  /** Event types that nobody here knows, such as those of a newer release. `ignore`: passed over. `park`: refused. Default: `park`. */
  readonly onUnknown?: 'ignore' | 'park';
  /**
   * An event whose predecessor has not come, of a topic that orders by position, with an inbox. `hold`: it is kept in the inbox until the missing ones come, by a republish or redrive, say; `inbox.held()`
   * lists what waits, and `collector.skip()` lets it go on. `report`: it is handled, and a warning is logged. `accept`: it is handled: **choose this for a subscription with a filter**, which leaves events out on
   * purpose. With both of these, what was missing is passed over as a repeat if it comes after all. Default: `hold`.
   */
  readonly onGap?: 'hold' | 'report' | 'accept';
  /** EventLogs by topic, in which missing events are looked up before that. Default: none. */
  readonly eventLogs?: { readonly [Name in Topics[number]['name']]?: EventStreamReader };
  /** How long handling one event may take, in milliseconds, 1 to 43,200,000: then its signal aborts and it counts as failed. Default: 20,000. */
  readonly handlerTimeoutMs?: number;
  /** An event that failed this often is refused, 1 to 1,000. Counted by this process; in Lambda by SQS, which counts too when an event stood behind one that failed. Default: none, it is tried until the queue gives it up. */
  readonly maxAttempts?: number;
  /** Where to tell of failures. Default: the console. */
  readonly logger?: CollectorLogger;
}

export type AnyHandlingOptions = HandlingOptions<readonly EventTopicDefinition[], never> &
  HandlerOptions<readonly EventTopicDefinition[], never>;

/** Keys of the options that every consumer takes. */
export const HANDLING_KEYS = {
  topics: true,
  handlers: true,
  handle: true,
  inbox: true,
  upcasters: true,
  claimCheck: true,
  claimCheckBuckets: true,
  onUnknown: true,
  onGap: true,
  eventLogs: true,
  handlerTimeoutMs: true,
  maxAttempts: true,
  logger: true,
} as const;

const INBOX_METHODS = ['handle', 'hold', 'nextHeld', 'held', 'position', 'forget', 'transact'];

/** What is wrong with them. */
export function handlingFaults(options: Readonly<Record<string, unknown>>): readonly string[] {
  const { topics, inbox, claimCheck, claimCheckBuckets, onUnknown, onGap, logger } = options;
  return [
    ...topicsFaults(topics),
    ...handlersFaults(options),
    ...(inbox === undefined || hasMethods(inbox, INBOX_METHODS)
      ? []
      : [`inbox is an Inbox, as MemoryInbox, not ${describe(inbox)}`]),
    ...(claimCheck === undefined || hasMethods(claimCheck, ['get'])
      ? []
      : [`claimCheck is a PayloadSource, as S3ClaimCheck, not ${describe(claimCheck)}`]),
    ...bucketFaults(claimCheck, claimCheckBuckets),
    ...choiceFaults('onUnknown', onUnknown, ['ignore', 'park']),
    ...choiceFaults('onGap', onGap, ['hold', 'report', 'accept']),
    ...byTopicFaults(options),
    ...wholeFaults('handlerTimeoutMs', options['handlerTimeoutMs'], { from: 1, to: 43_200_000 }),
    ...wholeFaults('maxAttempts', options['maxAttempts'], { from: 1, to: 1_000 }),
    ...(logger === undefined || hasMethods(logger, ['info', 'warn', 'error'])
      ? []
      : [`logger has info, warn and error, not ${describe(logger)}`]),
  ];
}

/** The options with their defaults, as events are handled by them. */
export function toHandlingSpec(options: AnyHandlingOptions, collector: string): HandlingSpec {
  const { topics, handlers, handle, inbox, upcasters = {}, claimCheck, eventLogs = {} } = options;
  const logger = loggerOf(options);
  return {
    collector,
    topics,
    handlers: (handle ?? handlers) as UntypedHandlers | UntypedHandler,
    inbox: inbox as Inbox | undefined,
    upcasters: upcasters as HandlingSpec['upcasters'],
    claimCheck,
    buckets: options.claimCheckBuckets ?? bucketsOf(claimCheck),
    onUnknown: options.onUnknown ?? 'park',
    onGap: options.onGap ?? 'hold',
    eventLogs: eventLogs as HandlingSpec['eventLogs'],
    report: (gap) => logger.warn('Events are missing before one that was handled', { collector, ...gap }),
  };
}

/** Default of `handlerTimeoutMs`. */
export function handlerTimeoutOf({
  handlerTimeoutMs = COLLECTOR.handlerTimeoutMs,
}: AnyHandlingOptions): number {
  return handlerTimeoutMs;
}

function topicsFaults(topics: unknown): readonly string[] {
  if (!Array.isArray(topics) || topics.length === 0)
    return [`topics is a list of what defineEventTopic() gives, at least one, not ${describe(topics)}`];
  const wrong = topics.filter((topic) => !hasMethods(topic, ['eventType']));
  const names = topics.map((topic) => (isRecord(topic) ? String(topic['name']) : ''));
  const twice = names.filter((name, index) => name !== '' && names.indexOf(name) < index);
  return [
    ...wrong.map((topic) => `topics has what defineEventTopic() gives, not ${describe(topic)}`),
    ...twice.map((name) => `the topic ${name} is there twice`),
  ];
}

function namesOf(topics: unknown): readonly string[] {
  return Array.isArray(topics)
    ? topics.flatMap((topic) => (isRecord(topic) ? [String(topic['name'])] : []))
    : [];
}

function handlersFaults({ handlers, handle, topics }: Readonly<Record<string, unknown>>): readonly string[] {
  if (handle !== undefined && handlers !== undefined)
    return ['there are handlers and handle; give one of them'];
  if (handle !== undefined)
    return typeof handle === 'function' ? [] : [`handle is a function, not ${describe(handle)}`];
  if (!isRecord(handlers)) return [`handlers has the handlers of each topic, not ${describe(handlers)}`];
  const names = namesOf(topics);
  const unknown = Object.keys(handlers).filter((name) => !names.includes(name));
  return [
    ...unknown.map((name) => `handlers.${name} is for a topic that is not among topics`),
    ...names.flatMap((name) => topicHandlerFaults(name, own(handlers, name))),
  ];
}

function topicHandlerFaults(topic: string, handlers: unknown): readonly string[] {
  if (typeof handlers === 'function') return [];
  if (!isRecord(handlers))
    return [`handlers.${topic} is a function, or has one for each event type, not ${describe(handlers)}`];
  return Object.entries(handlers)
    .filter(([, handler]) => handler !== 'ignore' && typeof handler !== 'function')
    .map(
      ([type, handler]) => `handlers.${topic}.${type} is a function or 'ignore', not ${describe(handler)}`,
    );
}

function bucketFaults(claimCheck: unknown, buckets: unknown): readonly string[] {
  if (buckets === undefined) {
    const isUnknown = claimCheck !== undefined && bucketsOf(claimCheck).length === 0;
    return isUnknown ? ['claimCheckBuckets is missing: the claim check does not say its bucket'] : [];
  }
  const isList = Array.isArray(buckets) && buckets.every((bucket) => typeof bucket === 'string');
  return isList ? [] : [`claimCheckBuckets is a list of names, not ${describe(buckets)}`];
}

function bucketsOf(claimCheck: unknown): readonly string[] {
  const bucket = (claimCheck as { readonly bucket?: unknown } | undefined)?.bucket;
  return typeof bucket === 'string' ? [bucket] : [];
}

function byTopicFaults({
  topics,
  upcasters,
  eventLogs,
}: Readonly<Record<string, unknown>>): readonly string[] {
  const names = namesOf(topics);
  return Object.entries({ upcasters, eventLogs }).flatMap(([option, value]) => {
    if (value === undefined) return [];
    if (!isRecord(value)) return [`${option} is by topic, not ${describe(value)}`];
    const unknown = Object.keys(value).filter((name) => !names.includes(name));
    return [
      ...unknown.map((name) => `${option}.${name} is for a topic that is not among topics`),
      ...Object.entries(value).flatMap(([name, of]) =>
        option === 'eventLogs' ? eventLogFaults(name, of) : upcasterFaults(name, of),
      ),
    ];
  });
}

function eventLogFaults(topic: string, eventLog: unknown): readonly string[] {
  if (eventLog === undefined || hasMethods(eventLog, ['readStream'])) return [];
  return [`eventLogs.${topic} is an EventLog, with readStream(), not ${describe(eventLog)}`];
}

/** By event type. */
export function upcasterFaults(topic: string, upcasters: unknown): readonly string[] {
  if (upcasters === undefined) return [];
  if (!isRecord(upcasters)) return [`upcasters.${topic} is by event type, not ${describe(upcasters)}`];
  return Object.entries(upcasters)
    .filter(([, upcaster]) => !(hasMethods(upcaster, ['next']) && 'steps' in Object(upcaster)))
    .map(
      ([type, upcaster]) => `upcasters.${topic}.${type} is what upcast() gives, not ${describe(upcaster)}`,
    );
}
