import { describe, isRecord } from '../../common/arguments.ts';
import type { EventMessage } from '../../common/message.ts';
import { createMetaCausedBy } from '../../common/meta.ts';
import type { EventMessageOf, EventTopicDefinition } from '../../event-topic.ts';
import type { EventOfType, HandlerContext, TopicOfName, TransactionOf } from '../handlers.ts';
import { refuseCollector } from '../handling-options.ts';
import { own } from '../own.ts';
import { RefusedEvent } from '../refusal.ts';
import { derivedId } from './derived-id.ts';
import { checkKind, type KindOptions } from './kind-options.ts';

/** What a mapper makes of an event: an event of another topic. */
export type Mapped<To extends readonly EventTopicDefinition[]> = {
  [Name in To[number]['name']]: {
    readonly topic: Name;
    /** Aggregate id. */
    readonly id: string;
    readonly event: EventMessageOf<TopicOfName<To, Name>>['event'];
    /** Of topics that order by position. */
    readonly position?: number;
    /** More for its meta, beside what is derived from the cause. Default: nothing. */
    readonly meta?: Readonly<Record<string, unknown>>;
  };
}[To[number]['name']];

/** Makes events of one event: the same ones for the same event and state, in the same order. */
export type Map<Message, Transaction, Topic extends string, To extends readonly EventTopicDefinition[]> = (
  message: Message,
  context: HandlerContext<Transaction, Topic>,
) => readonly Mapped<To>[] | Promise<readonly Mapped<To>[]>;

export type TopicMaps<
  Topic extends EventTopicDefinition,
  Transaction,
  To extends readonly EventTopicDefinition[],
> =
  Topic extends EventTopicDefinition<infer _, infer Name, infer Type>
    ?
        | Map<EventMessageOf<Topic>, Transaction, Name, To>
        | {
            readonly [Key in Type]:
              | Map<EventMessage<EventOfType<EventMessageOf<Topic>['event'], Key>>, Transaction, Name, To>
              | 'ignore';
          }
    : never;

export interface EventMapperSpec<
  Topics extends readonly EventTopicDefinition[],
  To extends readonly EventTopicDefinition[],
  Transaction,
> extends KindOptions<Topics> {
  /** Topics that it publishes to. */
  readonly to: To;
  /** What `map` reads and writes state with: `transactionOf<PoolClient>()`. Default: undefined. */
  readonly transaction?: TransactionOf<Transaction>;
  /** Service that creates the messages: their `meta.service`. */
  readonly service: string;
  /**
   * What is published for each event, by topic and event type: a list of events, or an empty one. State that it needs is read and written with `context.transaction`. Called again after a failure: it must then make the same.
   */
  readonly map: {
    readonly [Name in Topics[number]['name']]: TopicMaps<TopicOfName<Topics, Name>, Transaction, To>;
  };
}

/** The part of an `EventTopic` that publishes. */
export interface MapperTarget<Message> {
  publish(messages: readonly Message[]): Promise<void>;
}

/** Turns events of one topic into events, or commands, of others: a saga, or a translation between plugins. */
export interface EventMapper<
  Topics extends readonly EventTopicDefinition[],
  To extends readonly EventTopicDefinition[],
  Transaction,
> {
  readonly name: string;
  readonly topics: Topics;
  readonly to: To;
  /**
   * For `new EventCollector({ ...mapper.options({ Payment: paymentTopic }), queueUrl, client, inbox })`: an `EventTopic` for each topic that it publishes to.
   *
   * An event is done when all it was mapped to is accepted. What an attempt that failed had published is published again under the same msgIds, so it arrives once: see `derivedId` in docs/guides/collectors.md.
   */
  options(
    targets: {
      readonly [Name in To[number]['name']]: MapperTarget<EventMessageOf<TopicOfName<To, Name>>>;
    },
  ): MapperOptions<Topics, Transaction>;
  /** What would be published for an event. */
  messagesFor(message: EventMessage, context: HandlerContext<Transaction>): Promise<readonly MappedMessage[]>;
}

/** A message that a mapper has made, and of which topic. */
export interface MappedMessage {
  readonly topic: string;
  readonly message: EventMessage;
}

export interface MapperOptions<Topics extends readonly EventTopicDefinition[], Transaction> {
  readonly name: string;
  readonly topics: Topics;
  readonly upcasters?: KindOptions<Topics>['upcasters'];
  readonly handle: (
    message: EventMessageOf<Topics[number]>,
    context: HandlerContext<Transaction, Topics[number]['name']>,
  ) => Promise<void>;
}

const KEYS = {
  name: true,
  topics: true,
  upcasters: true,
  to: true,
  transaction: true,
  service: true,
  map: true,
} as const;

/** Defines an event mapper. Throws `INVALID_COLLECTOR` with every fault. */
export function defineEventMapper<
  const Topics extends readonly EventTopicDefinition[],
  const To extends readonly EventTopicDefinition[],
  Transaction = unknown,
>(spec: EventMapperSpec<Topics, To, Transaction>): EventMapper<Topics, To, Transaction> {
  checkKind({ subject: 'The event mapper', keys: KEYS, handlers: 'map' }, spec, ownFaults(spec));
  const { name, topics, upcasters, to } = spec;
  const messagesFor = (message: EventMessage, context: HandlerContext<Transaction>) =>
    messagesOf(spec as unknown as UntypedSpec, message, context);
  return {
    name,
    topics,
    to,
    messagesFor,
    options: (targets) => {
      checkTargets(name, to, targets);
      return {
        name,
        topics,
        ...(upcasters ? { upcasters } : {}),
        handle: async (message, context) =>
          publishAll(await messagesFor(message, context as HandlerContext<Transaction>), targets),
      };
    },
  };
}

interface UntypedSpec {
  readonly name: string;
  readonly to: readonly EventTopicDefinition[];
  readonly service: string;
  readonly map: Readonly<Record<string, UntypedMap | Readonly<Record<string, UntypedMap | 'ignore'>>>>;
}
type UntypedMap = (
  message: EventMessage,
  context: HandlerContext,
) => readonly UntypedMapped[] | Promise<readonly UntypedMapped[]>;

interface UntypedMapped {
  readonly topic: string;
  readonly id: string;
  readonly event: unknown;
  readonly position?: number;
  readonly meta?: Readonly<Record<string, unknown>>;
}

async function messagesOf(
  { name, service, map, to }: UntypedSpec,
  cause: EventMessage,
  context: HandlerContext,
): Promise<readonly MappedMessage[]> {
  const ofTopic = own(map, context.topic);
  const chosen = typeof ofTopic === 'function' ? ofTopic : own(ofTopic, context.eventType);
  if (chosen === 'ignore') return [];
  if (chosen === undefined)
    throw new RefusedEvent(`the event mapper ${name} has no map for the event type ${context.eventType}`);
  const mapped = await chosen(cause, context);
  checkMapped(name, to, mapped);
  return mapped.map(({ topic, id, event, position, meta }, index) => ({
    topic,
    message: {
      id,
      // By its place in the list: a repeat makes the same list.
      meta: createMetaCausedBy(cause, {
        causationId: cause.meta.msgId,
        ...meta,
        service,
        msgId: derivedId(name, cause.meta.msgId, index),
      }),
      event,
      ...(position === undefined ? {} : { position }),
    },
  }));
}

/** Before the first is published: none of them would be better than some. */
function checkMapped(name: string, to: readonly EventTopicDefinition[], mapped: unknown): void {
  const names = to.map((topic) => topic.name);
  const faults = !Array.isArray(mapped)
    ? [`it is a list of events, not ${describe(mapped)}`]
    : mapped
        .filter(
          (one) => !(isRecord(one) && names.includes(String(one['topic'])) && typeof one['id'] === 'string'),
        )
        .map((one) => `${describe(one)} has no topic among ${names.join(', ')}, or no id`);
  if (faults.length > 0) throw new Error(`what the event mapper ${name} made is wrong: ${faults.join('; ')}`);
}

/** Topic by topic, in the order in which they were made. */
async function publishAll(
  mapped: readonly MappedMessage[],
  targets: Readonly<Record<string, MapperTarget<never>>>,
): Promise<void> {
  for (const topic of new Set(mapped.map((one) => one.topic))) {
    const messages = mapped.filter((one) => one.topic === topic).map(({ message }) => message);
    await targets[topic]?.publish(messages as never[]);
  }
}

function ownFaults(spec: unknown): readonly string[] {
  if (!isRecord(spec)) return [];
  const { to, service } = spec;
  return [
    ...(Array.isArray(to) && to.length > 0 && to.every((topic) => isRecord(topic) && 'eventType' in topic)
      ? []
      : [`to is a list of what defineEventTopic() gives, at least one, not ${describe(to)}`]),
    ...(typeof service === 'string' && service !== ''
      ? []
      : [`service is a text that is not empty, not ${describe(service)}`]),
  ];
}

function checkTargets(name: string, to: readonly EventTopicDefinition[], targets: unknown): void {
  const given = isRecord(targets) ? targets : {};
  const missing = to.filter((topic) => {
    const target = given[topic.name];
    return !(isRecord(target) && typeof target['publish'] === 'function');
  });
  refuseCollector(
    `The event mapper ${name}`,
    missing.map((topic) => `it publishes to ${topic.name}, and was given no EventTopic of that name`),
  );
}
