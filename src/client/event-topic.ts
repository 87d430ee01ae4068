import type { Client } from '@temporalio/client';
import type { $ZodType, input } from 'zod/v4/core';
import { SNS_MAX_MESSAGE_BYTES } from '../common/defaults.ts';
import { EventTopicError, InvalidMessagesError, type MessageRef, PublishError } from '../common/errors.ts';
import { publisherWorkflowId } from '../common/ids.ts';
import type { EventMessage, MessageMeta } from '../common/message.ts';
import { DEFAULT_TASK_QUEUE, PUBLISH_SIGNAL, PUBLISHER_WORKFLOW } from '../common/names.ts';
import type {
  Operator,
  PublishEntry,
  PublisherInput,
  PublisherSettings,
  PublisherStatus,
  PublishRequest,
} from '../common/publisher-protocol.ts';
import type { EventTopicDefinition } from '../event-topic.ts';
import { type AggregateStatus, readOpenHistory, readStatus, retryParked } from './operate.ts';
import { Pacer, type ReadHistory } from './pacer.ts';
import { type SignalOutcome, SignalQueue } from './signal-queue.ts';
import { validateMessages } from './validate-messages.ts';

export interface EventTopicOptions {
  /** Temporal client; its namespace and data converter are used as they are. */
  readonly client: Client;
  /** Task queue of the publisher workers. Default: `event-topic`. */
  readonly taskQueue?: string;
  /**
   * Largest message, body and attributes together, in bytes: the SNS topic's `MaximumMessageSize`, 1,024 to 1,048,576.
   * Default: 262,144 (256 KiB).
   */
  readonly maxMessageBytes?: number;
  /** Settings of the publisher workflows that this client starts. Default: see {@link PublisherSettings}. */
  readonly settings?: Partial<PublisherSettings>;
}

export interface PublishOptions {
  /**
   * Gives the call up: messages that have not been sent to Temporal are not sent any more. `publish` then throws
   * `PUBLISH_NOT_ACCEPTED`, which says what is accepted all the same, or the signal's reason when nothing was begun.
   * Default: none.
   */
  readonly signal?: AbortSignal;
}

// Temporal refuses summaries of more than 400 bytes; an aggregate id may be much longer.
const MAX_SUMMARY_LENGTH = 100;

/** Publishes the events of one aggregate type. One instance per process and topic keeps the order of concurrent calls. */
export class EventTopic<Schema extends $ZodType> {
  readonly topic: EventTopicDefinition<Schema>;
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #maxMessageBytes: number;
  readonly #settings: Partial<PublisherSettings> | undefined;
  readonly #queues = new Map<string, SignalQueue>();
  readonly #pacer = new Pacer();

  /** Throws `INVALID_CLIENT` with every fault of the options. */
  constructor(topic: EventTopicDefinition<Schema>, options: EventTopicOptions) {
    checkOptions(topic, options);
    this.topic = topic;
    this.#client = options.client;
    this.#taskQueue = options.taskQueue ?? DEFAULT_TASK_QUEUE;
    this.#maxMessageBytes = options.maxMessageBytes ?? SNS_MAX_MESSAGE_BYTES;
    this.#settings = options.settings;
  }

  /**
   * Resolves when every message is accepted: durably held by Temporal, whatever crashes. Messages of an aggregate are
   * published in the order of the array, and of the calls in this process. Publishing a message again is safe.
   *
   * Throws `INVALID_MESSAGES` with every fault of every message, before anything is sent, and `PUBLISH_NOT_ACCEPTED`
   * when Temporal did not take all of them; the error says which.
   */
  async publish(
    messages: readonly EventMessage<input<Schema>>[],
    options: PublishOptions = {},
  ): Promise<void> {
    options.signal?.throwIfAborted();
    // Nothing is awaited before the entries are in their queues: that keeps the order of concurrent calls.
    const valid = validateMessages(this.topic, messages, this.#maxMessageBytes);
    if (!valid.ok) throw new InvalidMessagesError(this.topic.name, valid.faults);
    const groups = [...groupByAggregate(valid.entries)];
    const outcomes = await Promise.all(
      groups.map(([id, entries]) => this.#enqueue(id, entries, options.signal)),
    );
    const failed = outcomes.find(({ error }) => error !== undefined);
    if (failed === undefined) return;
    const facts = { topic: this.topic.name, address: addressOf(this.#client) };
    throw new PublishError(facts, splitByOutcome(groups, outcomes), failed.error);
  }

  /** Publishes one event as the EventLog stores it: aggregate id, meta, and the event's JSON value. */
  publishJson(id: string, meta: MessageMeta, json: unknown): Promise<void> {
    return this.publish([{ id, meta, event: json as input<Schema> }]);
  }

  /** What an aggregate's publisher holds, has published, is retrying, or is parked at. Needs a running worker. */
  status(id: string): Promise<AggregateStatus> {
    return readStatus(this.#client, { topic: this.topic.name, id });
  }

  /**
   * Tries the parked event of an aggregate again; later events follow when it succeeds. Actor and reason are kept in the
   * workflow's history. Throws `OPERATION_REFUSED` when nothing is parked, `PUBLISHER_NOT_FOUND` when no publisher is open.
   */
  retry(id: string, operator: Operator): Promise<PublisherStatus> {
    return retryParked(this.#client, { topic: this.topic.name, id }, operator);
  }

  async #enqueue(
    id: string,
    entries: readonly PublishEntry[],
    signal: AbortSignal | undefined,
  ): Promise<SignalOutcome> {
    const queue = this.#queues.get(id) ?? new SignalQueue((batch) => this.#signal(id, batch));
    this.#queues.set(id, queue);
    const outcome = await queue.enqueue(entries, signal);
    if (queue.isIdle && this.#queues.get(id) === queue) this.#queues.delete(id);
    return outcome;
  }

  async #signal(id: string, entries: readonly PublishEntry[]): Promise<void> {
    const topic = this.topic.name;
    const args: [PublisherInput] = [{ topic, id, ...(this.#settings ? { settings: this.#settings } : {}) }];
    const request: PublishRequest = { entries };
    const workflowId = publisherWorkflowId(topic, id);
    const readHistory = (): ReturnType<ReadHistory> => readOpenHistory(this.#client, workflowId);
    await this.#pacer.beforeSignal(id, JSON.stringify(entries).length, readHistory);
    await this.#client.workflow.signalWithStart(PUBLISHER_WORKFLOW, {
      workflowId,
      taskQueue: this.#taskQueue,
      args,
      signal: PUBLISH_SIGNAL,
      signalArgs: [request],
      staticSummary: `Publishes the events of ${topic} ${id}`.slice(0, MAX_SUMMARY_LENGTH),
    });
  }
}

function groupByAggregate(entries: readonly PublishEntry[]): Map<string, PublishEntry[]> {
  const groups = new Map<string, PublishEntry[]>();
  for (const entry of entries) {
    const { id } = entry.message;
    const group = groups.get(id);
    if (group) group.push(entry);
    else groups.set(id, [entry]);
  }
  return groups;
}

function splitByOutcome(
  groups: readonly (readonly [string, readonly PublishEntry[]])[],
  outcomes: readonly SignalOutcome[],
): { accepted: MessageRef[]; notAccepted: MessageRef[] } {
  const refs = groups.flatMap(([id, entries], group) =>
    entries.map(({ message }, index) => ({
      ref: { id, msgId: message.meta.msgId },
      isAccepted: index < (outcomes[group]?.accepted ?? 0),
    })),
  );
  return {
    accepted: refs.filter(({ isAccepted }) => isAccepted).map(({ ref }) => ref),
    notAccepted: refs.filter(({ isAccepted }) => !isAccepted).map(({ ref }) => ref),
  };
}

function addressOf(client: Client): string | undefined {
  const { options } = client.connection as { readonly options?: { readonly address?: string } };
  return options?.address;
}

function checkOptions(topic: EventTopicDefinition, options: EventTopicOptions): void {
  const { maxMessageBytes, settings, taskQueue } = options;
  const faults = [
    ...(maxMessageBytes === undefined || isWithin(maxMessageBytes, 1_024, 1_048_576)
      ? []
      : ['maxMessageBytes is 1,024 to 1,048,576']),
    ...(taskQueue === '' ? ['taskQueue must not be empty'] : []),
    ...Object.entries(settings ?? {})
      .filter(([, value]) => value !== undefined && !isWithin(value, 1, Number.MAX_SAFE_INTEGER))
      .map(([name]) => `settings.${name} is a positive whole number`),
  ];
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_CLIENT', `The options are wrong: ${faults.join('; ')}`, {
    details: { topic: topic.name },
    action: 'Correct them and construct the EventTopic again',
  });
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
