import { wholeFaults } from '../../common/arguments.ts';
import type { EventMessage } from '../../common/message.ts';
import type { EventMessageOf, EventTopicDefinition } from '../../event-topic.ts';
import type { EventOfType, HandlerContext, Handlers, TopicOfName } from '../handlers.ts';
import { derivedId } from './derived-id.ts';
import { checkKind, type KindOptions, mapHandlers } from './kind-options.ts';

/** What an effect is told beside the message. */
export interface SideEffectContext<Topic extends string = string> extends HandlerContext<unknown, Topic> {
  /** The same one for every attempt at this event, of this handler: hand it to the system that is called, so that it does it once. A UUID. */
  readonly idempotencyKey: string;
}

export type SideEffect<Message = EventMessage, Topic extends string = string> = (
  message: Message,
  context: SideEffectContext<Topic>,
) => unknown;

export type TopicSideEffects<Topic extends EventTopicDefinition> =
  Topic extends EventTopicDefinition<infer _, infer Name, infer Type>
    ?
        | SideEffect<EventMessageOf<Topic>, Name>
        | {
            readonly [Key in Type]:
              | SideEffect<EventMessage<EventOfType<EventMessageOf<Topic>['event'], Key>>, Name>
              | 'ignore';
          }
    : never;

export interface SideEffectHandlerSpec<Topics extends readonly EventTopicDefinition[]>
  extends KindOptions<Topics> {
  /** What is done for each event, by topic and event type. Throw `RefusedEvent` for what trying again cannot cure. */
  readonly perform: {
    readonly [Name in Topics[number]['name']]: TopicSideEffects<TopicOfName<Topics, Name>>;
  };
  /** How long one attempt may take, in milliseconds, 1 to 43,200,000: then its signal aborts. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Attempts after which the event is refused: parked, or in the dead-letter queue. 1 to 1,000. Default: 10. */
  readonly maxAttempts?: number;
}

/**
 * Calls another system for each event: a mail, a payment. At least once by nature: between the call and its being remembered the process can die, and then it is called again, with the same
 * `idempotencyKey`.
 */
export interface SideEffectHandler<Topics extends readonly EventTopicDefinition[]> {
  readonly name: string;
  /** For `new EventCollector({ ...handler.options, queueUrl, client, inbox })`, or `createSqsEventHandler`. */
  readonly options: KindOptions<Topics> & {
    readonly handlers: Handlers<Topics, unknown>;
    readonly handlerTimeoutMs: number;
    readonly maxAttempts: number;
  };
}

const KEYS = {
  name: true,
  topics: true,
  upcasters: true,
  perform: true,
  timeoutMs: true,
  maxAttempts: true,
} as const;

const TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 10;

/** Defines a side effect handler. Throws `INVALID_COLLECTOR` with every fault. */
export function defineSideEffectHandler<const Topics extends readonly EventTopicDefinition[]>(
  spec: SideEffectHandlerSpec<Topics>,
): SideEffectHandler<Topics> {
  const range = { from: 1, to: 43_200_000 };
  checkKind({ subject: 'The side effect handler', keys: KEYS, handlers: 'perform' }, spec, [
    ...wholeFaults('timeoutMs', spec?.timeoutMs, range),
    ...wholeFaults('maxAttempts', spec?.maxAttempts, { from: 1, to: 1_000 }),
  ]);
  const { name, topics, upcasters, perform, timeoutMs = TIMEOUT_MS, maxAttempts = MAX_ATTEMPTS } = spec;
  const handlers = mapHandlers(
    perform as Readonly<Record<string, UntypedEffects>>,
    (effect) => (message: EventMessage, context: HandlerContext) =>
      effect(message, { ...context, idempotencyKey: derivedId(name, message.meta.msgId) }),
  );
  return {
    name,
    options: {
      name,
      topics,
      ...(upcasters ? { upcasters } : {}),
      handlers: handlers as unknown as Handlers<Topics, unknown>,
      handlerTimeoutMs: timeoutMs,
      maxAttempts,
    },
  };
}

type UntypedEffect = SideEffect<EventMessage, string>;
type UntypedEffects = UntypedEffect | Readonly<Record<string, UntypedEffect | 'ignore'>>;
