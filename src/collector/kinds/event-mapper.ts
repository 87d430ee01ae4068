import { describe, isRecord } from '../../common/arguments.ts';
import type { EventMessage } from '../../common/message.ts';
import { createMetaCausedBy } from '../../common/meta.ts';
import type { EventMessageOf, EventTopicDefinition } from '../../event-topic.ts';
import type { EventOfType, HandlerContext, Handlers, TopicOfName, TransactionOf } from '../handlers.ts';
import { refuseCollector } from '../refuse-collector.ts';
import { derivedId } from './derived-id.ts';
import { checkKind, type KindOptions, mapHandlers } from './kind-options.ts';

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
export type MapEvent<
  Message,
  Transaction,
  Topic extends string,
  To extends readonly EventTopicDefinition[],
> = (
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
        | MapEvent<EventMessageOf<Topic>, Transaction, Name, To>
        | {
            readonly [Key in Type]:
              | MapEvent<
                  EventMessage<EventOfType<EventMessageOf<Topic>['event'], Key>>,
                  Transaction,
                  Name,
                  To
                >
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
   * An event is done when all it was mapped to is accepted. What an attempt that failed had published is published again under the same msgIds, which are derived from this mapper, the event and the place in the list: publisher, SNS and the next inbox drop the repeat.
   */
  options(
    targets: {
      readonly [Name in To[number]['name']]: MapperTarget<EventMessageOf<TopicOfName<To, Name>>>;
    },
  ): MapperOptions<Topics, Transaction>;
}

/** A message that a mapper has made, and of which topic. */
export interface MappedMessage {
  readonly topic: string;
  readonly message: EventMessage;
}

export type MapperOptions<
  Topics extends readonly EventTopicDefinition[],
  Transaction,
> = KindOptions<Topics> & {
  readonly handlers: Handlers<Topics, Transaction>;
};

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
  const untyped = spec as unknown as UntypedSpec;
  return {
    name,
    topics,
    to,
    options: (targets) => {
      checkTargets(name, to, targets);
      const handlers = mapHandlers(
        untyped.map,
        (map) => async (cause: EventMessage, context: HandlerContext) => {
          const mapped = await map(cause, context);
          checkMapped(name, to, mapped);
          await publishAll(toMessages(untyped, cause, mapped), targets);
        },
      );
      return {
        name,
        topics,
        ...(upcasters ? { upcasters } : {}),
        handlers: handlers as unknown as Handlers<Topics, Transaction>,
      };
    },
  };
}

interface UntypedSpec {
  readonly name: string;
  readonly service: string;
  readonly map: Readonly<Record<string, UntypedMap | Readonly<Record<string, UntypedMap | 'ignore'>>>>;
}
type UntypedMap = (
  message: EventMessage,
  context: HandlerContext,
) => readonly UntypedMapped[] | Promise<readonly UntypedMapped[]>;

/** As it is read, whatever the topics. */
export interface UntypedMapped {
  readonly topic: string;
  readonly id: string;
  readonly event: unknown;
  readonly position?: number;
  readonly meta?: Readonly<Record<string, unknown>>;
}

function toMessages(
  { name, service }: UntypedSpec,
  cause: EventMessage,
  mapped: readonly UntypedMapped[],
): readonly MappedMessage[] {
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
