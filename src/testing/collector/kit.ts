import assert from 'node:assert/strict';
import type { QueuedMessage } from '../../collector/decode/queued-message.ts';
import {
  type MessageOutcome,
  type ProcessorSpec,
  processMessage,
} from '../../collector/handling/message-processor.ts';
import {
  type AnyHandlingOptions,
  handlerTimeoutOf,
  toHandlingSpec,
} from '../../collector/handling-options.ts';
import type { Inbox } from '../../collector/inbox.ts';
import type { Mapped, UntypedMapped } from '../../collector/kinds/event-mapper.ts';
import { MemoryInbox } from '../../collector/memory-inbox.ts';
import { describe, invalidArgument, isRecord } from '../../common/arguments.ts';
import type { EventMessage } from '../../common/message.ts';
import { createMeta } from '../../common/meta.ts';
import { toWireMessage } from '../../common/wire-format.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';

/**
 * An event of a story, without what a test seldom cares for. Default `position`: the next one of the aggregate; default `meta`: as `createMeta` makes it, of the service `test`.
 */
export type GivenEvent<Topics extends readonly EventTopicDefinition[]> = Mapped<Topics>;

type KitOptions = AnyHandlingOptions & { readonly name: string };

/** Throws `INVALID_ARGUMENT` unless it is a definition and a story. `has`: what such a definition has. */
export function checkKitCall(call: string, [kind, story]: readonly unknown[], has: string): void {
  const faults = [
    ...(isRecord(kind) && has in kind
      ? []
      : [`its first argument is what ${call.replace('test', 'define')}… gives, not ${describe(kind)}`]),
    ...(isRecord(story)
      ? []
      : [`its second argument is a story, { when, expect … }, not ${describe(story)}`]),
  ];
  if (faults.length > 0) throw invalidArgument(`${call}(definition, story)`, faults);
}

/** Handles events as a collector would, in this process: decoded from what SQS would give, checked, through an inbox. */
export class CollectorKit {
  readonly #options: KitOptions;
  readonly #spec: ProcessorSpec;
  readonly #positions = new Map<string, number>();
  #count = 0;

  constructor(options: KitOptions, transaction: unknown) {
    this.#options = options;
    const silent = { info: () => {}, warn: () => {}, error: () => {} };
    this.#spec = {
      ...toHandlingSpec({ ...options, logger: silent }, options.name),
      inbox: inboxWith(transaction),
      maxAttempts: options.maxAttempts,
      deadLetter: undefined,
    };
  }

  /** The message of an event. */
  message({ topic, id, event, position, meta }: UntypedMapped): EventMessage {
    const key = `${topic}/${id}`;
    const place = position ?? (this.#positions.get(key) ?? 0) + 1;
    this.#positions.set(key, place);
    return {
      id,
      meta: createMeta({ service: 'test', ...meta }),
      event,
      ...(this.#topic(topic)?.ordering === 'position' ? { position: place } : {}),
    };
  }

  async handle(topic: string, message: EventMessage, attempt = 1): Promise<MessageOutcome> {
    return processMessage(this.#spec, this.#toQueued(topic, message), {
      number: attempt,
      timeoutMs: () => handlerTimeoutOf(this.#options),
      mayGoOn: () => true,
    });
  }

  /** Handles events that must not fail: what a story begins with. */
  async begin(events: readonly UntypedMapped[]): Promise<void> {
    for (const event of events) {
      const outcome = await this.handle(event.topic, this.message(event));
      if (outcome.kind !== 'settled') assert.fail(`A given event was not handled: ${reasonOf(outcome)}`);
    }
  }

  #topic(name: string): EventTopicDefinition | undefined {
    return this.#options.topics.find((topic) => topic.name === name);
  }

  #toQueued(topic: string, message: EventMessage): QueuedMessage {
    this.#count += 1;
    const eventType = this.#topic(topic)?.eventType(message.event as never);
    const { body, attributes } = toWireMessage(topic, { message, ...(eventType ? { eventType } : {}) });
    const texts = Object.entries(attributes).map(([name, { value }]) => [name, value]);
    return {
      messageId: `message-${this.#count}`,
      body,
      attributes: Object.fromEntries(texts),
      group: message.id,
    };
  }
}

/** Why an event was not handled. */
export function reasonOf(outcome: MessageOutcome): string {
  if (outcome.kind === 'settled') return outcome.how;
  if (outcome.kind === 'parked') return `${outcome.refusal.code} ${outcome.refusal.reason}`;
  if (outcome.kind === 'interrupted') return 'there was no time for it';
  return outcome.error instanceof Error
    ? (outcome.error.stack ?? outcome.error.message)
    : String(outcome.error);
}

/** Remembers in memory, and hands the test's own transaction to handlers. */
function inboxWith(transaction: unknown): Inbox {
  const memory = new MemoryInbox();
  return {
    handle: (arrival, run, signal) => memory.handle(arrival, () => run(transaction), signal),
    hold: (arrival) => memory.hold(arrival),
    nextHeld: (aggregate, options) => memory.nextHeld(aggregate, options),
    held: (collector, options) => memory.held(collector, options),
    position: (aggregate) => memory.position(aggregate),
    forget: (collector, { topics } = {}) => memory.forget(collector, topics ? { topics } : {}),
    transact: (work) => work(transaction),
  };
}
