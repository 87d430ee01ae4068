import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { $ZodType, input } from 'zod/v4/core';
import type { PayloadStore } from '../common/claim-check.ts';
import { SNS_MAX_MESSAGE_BYTES } from '../common/defaults.ts';
import {
  EventTopicError,
  InvalidMessagesError,
  type MessageRef,
  PublishError,
  type Receipt,
} from '../common/errors.ts';
import type { EventMessage, MessageMeta } from '../common/message.ts';
import { DEFAULT_TASK_QUEUE } from '../common/names.ts';
import { type Upload, uploadBodies } from '../common/offload.ts';
import type { OperationName } from '../common/protocol/operate.ts';
import type { ParkedAggregate } from '../common/protocol/parked.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';
import type { PublisherSettings } from '../common/protocol/publish.ts';
import type { PublisherStatus } from '../common/protocol/status.ts';
import type { EventTopicDefinition } from '../event-topic.ts';
import { encodedSizeFaults, hasCodecs } from './publish/encoded-size.ts';
import { type HandedOver, Handover } from './publish/handover.ts';
import {
  type AggregateStatus,
  checkOperator,
  type OperatorRequest,
  operate,
  readStatus,
} from './operate/operate.ts';
import { listParked } from './operate/parked.ts';
import {
  type PublishStreamOptions,
  type PublishStreamResult,
  publishStream,
  type Validity,
} from './stream/publish-stream.ts';
import { Receipts } from './receipts/receipts.ts';
import type { StreamInput } from './stream/stream-source.ts';
import { Turnstile } from './publish/turnstile.ts';
import { type ValidatedMessages, validateMessages } from './publish/validate-messages.ts';

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
  /**
   * Takes the bodies of messages that are larger than that: `new S3ClaimCheck({ bucket, client })`. Default: none, such
   * messages are refused.
   */
  readonly claimCheck?: PayloadStore;
  /** Settings of the publisher workflows that this client starts. Default: see {@link PublisherSettings}. */
  readonly settings?: Partial<PublisherSettings>;
}

export interface PublishOptions {
  /**
   * Gives the call up: messages that have not been sent to Temporal are not sent any more. `publish` then throws
   * `PUBLISH_NOT_ACCEPTED`, which says what is accepted all the same, or the signal's reason when nothing was begun.
   * Later calls then pass: what was given up comes behind their events when it is published after all. Default: none.
   */
  readonly signal?: AbortSignal;
  /** `publish` resolves when Temporal holds every message. Default: `accepted`. */
  readonly waitFor?: 'accepted';
}

/** Options of a call that waits for receipts. */
export interface PublishAndWaitOptions {
  /** Gives the call up: see {@link PublishOptions}. Once all messages are accepted, it ends the wait. Default: none. */
  readonly signal?: AbortSignal;
  /** `publish` resolves when SNS has acknowledged every message, with a {@link Receipt} for each. */
  readonly waitFor: 'published';
  /** How long to wait for that once all are accepted, in milliseconds. Default: no limit. */
  readonly timeout?: number;
}

/** An operator's corrected message. */
export interface Replacement<Message> extends OperatorRequest {
  /** What is published instead: of the same id, msgId and position as the parked one. */
  readonly message: Message;
}

/** Publishes the events of one aggregate type. One instance per process and topic keeps the order of concurrent calls. */
export class EventTopic<Schema extends $ZodType> {
  readonly topic: EventTopicDefinition<Schema>;
  readonly #options: EventTopicOptions;
  readonly #handover: Handover;
  readonly #receipts: Receipts;
  readonly #turnstile = new Turnstile();

  /** Throws `INVALID_CLIENT` with every fault of the options. */
  constructor(topic: EventTopicDefinition<Schema>, options: EventTopicOptions) {
    checkOptions(topic, options);
    const { client, taskQueue = DEFAULT_TASK_QUEUE, settings } = options;
    this.topic = topic;
    this.#options = options;
    const waiter = randomUUID();
    this.#handover = new Handover(topic, { client, taskQueue, settings, waiter });
    this.#receipts = new Receipts(topic.name, { client, waiter });
  }

  /**
   * Resolves when every message is accepted: durably held by Temporal, whatever crashes. Messages of an aggregate are
   * published in the order of the array, and of the calls in this process. Publishing a message again is safe.
   * With `waitFor: 'published'` it resolves when SNS has acknowledged them, with one receipt per message, in their order.
   *
   * Throws `INVALID_MESSAGES` with every fault of every message, before anything is sent; `CLAIM_CHECK_FAILED`, likewise
   * before; `PUBLISH_NOT_ACCEPTED` when Temporal did not take all of them; and with `waitFor: 'published'`, when all are
   * accepted, `PUBLISH_PARKED` or `PUBLISH_NOT_CONFIRMED`. The errors say which messages are in which state.
   */
  publish(
    messages: readonly EventMessage<input<Schema>>[],
    options: PublishAndWaitOptions,
  ): Promise<readonly Receipt[]>;
  publish(messages: readonly EventMessage<input<Schema>>[], options?: PublishOptions): Promise<void>;
  async publish(
    messages: readonly EventMessage<input<Schema>>[],
    options: PublishOptions | PublishAndWaitOptions = {},
  ): Promise<unknown> {
    options.signal?.throwIfAborted();
    // Nothing is awaited before the entries are in their queues: that keeps the order of concurrent calls.
    const { entries, uploads } = this.#validate(messages);
    const prepared = this.#prepare(entries, uploads, options.signal);
    const aggregates = entries.map(({ message }) => message.id);
    const handedOver = await this.#turnstile.pass({ aggregates, prepared, signal: options.signal }, () =>
      this.#handover.hand(entries, { signal: options.signal, isAwaited: options.waitFor === 'published' }),
    );
    this.#throwUnlessAccepted(handedOver);
    if (options.waitFor !== 'published') return undefined;
    return this.#receipts.of(entries, (id) => this.#workflowIdOf(id), options);
  }

  /** Publishes one event as the EventLog stores it: aggregate id, meta, and the event's JSON value. */
  publishJson(id: string, meta: MessageMeta, json: unknown): Promise<void> {
    return this.publish([{ id, meta, event: json as input<Schema> }]);
  }

  /**
   * Publishes what a source yields, with bounded memory, each aggregate's messages in their order. Resolves when all are
   * accepted. Throws `STREAM_INTERRUPTED`, whose `accepted` says from which message on to resume.
   */
  publishJsonStream(
    source: StreamInput<EventMessage<input<Schema>>>,
    options: PublishStreamOptions = {},
  ): Promise<PublishStreamResult> {
    const target = {
      topic: this.topic.name,
      validate: (message: EventMessage): Validity | Promise<Validity> => this.#checkFully(message),
      publish: (
        messages: readonly EventMessage[],
        { signal }: Pick<PublishOptions, 'signal'>,
      ): Promise<void> =>
        this.publish(messages as readonly EventMessage<input<Schema>>[], signal ? { signal } : {}),
    };
    return publishStream(target, source, options);
  }

  /** What an aggregate's publisher holds, has published, is retrying, or is parked at. Needs a running worker. */
  status(id: string): Promise<AggregateStatus> {
    return readStatus(this.#options.client, { topic: this.topic.name, id }, this.#workflowIdOf(id));
  }

  /**
   * Every parked aggregate of the topic, the longest parked first. Needs no search attribute of its own: it lists the
   * workflows of type `eventTopicParked` that publishers keep open for it. Temporal's lists lag by a second or so.
   */
  parked(): Promise<readonly ParkedAggregate[]> {
    return listParked(this.#options.client, this.topic.name);
  }

  /**
   * Tries again what an aggregate is parked at; later events follow when it succeeds. Who and why is kept in the history,
   * and on the status. Throws `OPERATION_REFUSED` when nothing is parked, `PUBLISHER_NOT_FOUND` when no publisher is open.
   */
  retry(id: string, request: OperatorRequest): Promise<PublisherStatus> {
    return this.#operate('retry', { id, request });
  }

  /**
   * Drops what an aggregate is parked at: it is never published. Later events follow. Throws as {@link retry} does, also when
   * the aggregate has parked at another event after the call began: two operators who skip at once mean the same event.
   */
  async skip(id: string, request: OperatorRequest): Promise<PublisherStatus> {
    checkOperator(request, { topic: this.topic.name, id });
    const msgId = request.msgId || (await this.#parkedBefore(Date.now(), id));
    return this.#operate('skip', { id, request: msgId ? { ...request, msgId } : request });
  }

  /**
   * Publishes another content in the place of the parked event, under the same msgId. Throws `INVALID_MESSAGES` when it is
   * not valid, and as {@link retry} does.
   */
  async replace(
    id: string,
    { message, ...request }: Replacement<EventMessage<input<Schema>>>,
  ): Promise<PublisherStatus> {
    checkOperator(request, { topic: this.topic.name, id });
    const { entries, uploads } = this.#validate([message]);
    await this.#prepare(entries, uploads, undefined);
    const [replacement] = entries;
    return this.#operate('replace', { id, request: { msgId: message.meta.msgId, ...request }, replacement });
  }

  /**
   * Stops an aggregate: what is accepted waits until {@link resume}. Opens its publisher when it is not open. Resolves when
   * the request that was in flight has ended: then nothing leaves any more.
   */
  async pause(id: string, request: OperatorRequest): Promise<PublisherStatus> {
    checkOperator(request, { topic: this.topic.name, id });
    await this.#handover.open(id);
    return this.#operate('pause', { id, request });
  }

  /** Lets a paused aggregate go on. Throws `OPERATION_REFUSED` when it is not paused. */
  resume(id: string, request: OperatorRequest): Promise<PublisherStatus> {
    return this.#operate('resume', { id, request });
  }

  #check(messages: readonly EventMessage[]): ValidatedMessages {
    const { maxMessageBytes = SNS_MAX_MESSAGE_BYTES, claimCheck: store } = this.#options;
    return validateMessages(this.topic, messages, { maxMessageBytes, store });
  }

  /** Also what only the data converter knows. */
  #checkFully(message: EventMessage): Validity | Promise<Validity> {
    const { client } = this.#options;
    const valid = this.#check([message]);
    if (!valid.ok || !hasCodecs(client)) return valid;
    const check = async (): Promise<Validity> => {
      const faults = await encodedSizeFaults(client, valid.entries);
      return faults.length > 0 ? { ok: false, faults } : valid;
    };
    return check();
  }

  #validate(messages: readonly EventMessage[]): Extract<ValidatedMessages, { ok: true }> {
    const valid = this.#check(messages);
    if (valid.ok) return valid;
    throw new InvalidMessagesError(this.topic.name, valid.faults);
  }

  /** What must be done before anything is sent; undefined when that is nothing. */
  #prepare(
    entries: readonly PublishEntry[],
    uploads: readonly Upload[],
    signal: AbortSignal | undefined,
  ): Promise<void> | undefined {
    const { client, claimCheck } = this.#options;
    const isEncoded = hasCodecs(client);
    if (!isEncoded && uploads.length === 0) return undefined;
    const prepare = async (): Promise<void> => {
      const faults = isEncoded ? await encodedSizeFaults(client, entries) : [];
      if (faults.length > 0) throw new InvalidMessagesError(this.topic.name, faults);
      if (claimCheck) await uploadBodies(uploads, claimCheck, signal);
    };
    return prepare();
  }

  #operate(
    operation: OperationName,
    wish: { id: string; request: OperatorRequest; replacement?: PublishEntry | undefined },
  ): Promise<PublisherStatus> {
    const { id, request, replacement } = wish;
    const target = {
      topic: this.topic.name,
      id,
      workflowId: this.#workflowIdOf(id),
      ...(replacement ? { replacement } : {}),
    };
    return operate(this.#options.client, operation, { target, request });
  }

  /** msgId of the event at which the aggregate has been parked since then; undefined when nothing is parked. */
  async #parkedBefore(time: number, id: string): Promise<string | undefined> {
    const status = await this.status(id);
    if (!('parked' in status) || status.parked === undefined) return undefined;
    const { msgId, since } = status.parked;
    if (Date.parse(since) <= time) return msgId;
    throw new EventTopicError('OPERATION_REFUSED', 'The aggregate has parked just now', {
      details: { topic: this.topic.name, id, msgId, since },
      action: 'If you mean that event, give its msgId',
    });
  }

  #workflowIdOf(id: string): string {
    return this.#handover.publisherOf(id).workflowId;
  }

  #throwUnlessAccepted(handedOver: readonly HandedOver[]): void {
    const failed = handedOver.find(({ outcome }) => outcome.error !== undefined);
    if (failed === undefined) return;
    const facts = { topic: this.topic.name, address: addressOf(this.#options.client) };
    throw new PublishError(facts, splitByOutcome(handedOver), failed.outcome.error);
  }
}

function splitByOutcome(handedOver: readonly HandedOver[]): {
  accepted: MessageRef[];
  notAccepted: MessageRef[];
} {
  const refs = handedOver.flatMap(({ entries, outcome }) =>
    entries.map(({ message }, index) => ({
      ref: { id: message.id, msgId: message.meta.msgId },
      isAccepted: index < outcome.accepted,
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
