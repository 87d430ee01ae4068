import { randomUUID } from 'node:crypto';
import type { $ZodType, input } from 'zod/v4/core';
import { checkText, describe, invalidArgument } from '../common/arguments.ts';
import { EventTopicError, type Receipt } from '../common/errors.ts';
import type { EventMessage, MessageMeta } from '../common/message.ts';
import { DEFAULT_TASK_QUEUE } from '../common/names.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';
import type { OperationName } from '../common/protocol/operate.ts';
import type { ParkedAggregate } from '../common/protocol/parked.ts';
import type { RepublishSelection } from '../common/protocol/republish.ts';
import type { PublisherStatus } from '../common/protocol/status.ts';
import { inSpan } from '../common/telemetry/tracing.ts';
import type { EventTopicDefinition } from '../event-topic.ts';
import {
  type AggregateStatus,
  checkOperator,
  type OperatorRequest,
  operate,
  REPLACEMENT_KEYS,
  readStatus,
} from './operate/operate.ts';
import { listParked } from './operate/parked.ts';
import {
  checkClient,
  type EventTopicOptions,
  type PublishAndWaitOptions,
  type PublishOptions,
  publishFaults,
  type Replacement,
} from './options.ts';
import { Handover } from './publish/handover.ts';
import { throwUnlessAccepted } from './publish/outcome.ts';
import { Preparation } from './publish/prepare.ts';
import { PublishTelemetry, publishSpan } from './publish/publish-telemetry.ts';
import { type Passage, Turnstile } from './publish/turnstile.ts';
import { Receipts } from './receipts/receipts.ts';
import { Republish, type RepublishTarget } from './republish/republish.ts';
import type { RepublishOptions } from './republish/republish-options.ts';
import {
  type PublishStreamOptions,
  type PublishStreamResult,
  publishStream,
  type Validity,
} from './stream/publish-stream.ts';
import type { StreamInput } from './stream/stream-source.ts';

/** Publishes the events of one aggregate type. One instance per process and topic keeps the order of concurrent calls. */
export class EventTopic<Schema extends $ZodType> {
  readonly topic: EventTopicDefinition<Schema>;
  readonly #options: EventTopicOptions;
  readonly #preparation: Preparation;
  readonly #handover: Handover;
  readonly #receipts: Receipts;
  readonly #telemetry: PublishTelemetry;
  readonly #turnstile = new Turnstile();

  /** Throws `INVALID_CLIENT` with every fault of topic and options. */
  constructor(topic: EventTopicDefinition<Schema>, options: EventTopicOptions) {
    checkClient(topic, options);
    const { client, taskQueue = DEFAULT_TASK_QUEUE, settings } = options;
    this.topic = topic;
    this.#options = options;
    const waiter = randomUUID();
    this.#preparation = new Preparation(topic, options);
    this.#handover = new Handover(topic, { client, taskQueue, settings, waiter });
    this.#receipts = new Receipts(topic.name, { client, waiter });
    this.#telemetry = new PublishTelemetry(topic.name, options.maxMessageBytes);
  }

  /**
   * Resolves when every message is accepted: durably held by Temporal, whatever crashes. Messages of an aggregate are
   * published in the order of the array, and of the calls in this process. Publishing a message again is safe.
   * With `waitFor: 'published'` it resolves when SNS has acknowledged them, with one receipt per message, in their order.
   *
   * Throws `INVALID_ARGUMENT` when it is called wrongly; `INVALID_MESSAGES` with every fault of every message, before anything is sent; `CLAIM_CHECK_FAILED`, likewise
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
    this.#checkCall(messages, options);
    options.signal?.throwIfAborted();
    const { signal, waitFor } = options;
    // Nothing is awaited before the entries are in their queues: that keeps the order of concurrent calls.
    return inSpan(publishSpan(this.topic.name, messages), async (span) => {
      const { entries: valid, uploads } = this.#telemetry.checked(messages.length, () =>
        this.#preparation.validate(messages),
      );
      const prepared = this.#preparation.prepare(valid, uploads, signal);
      const entries = this.#telemetry.trace(valid, span);
      await this.#handOver(() => entries, { aggregates: idsOf(entries), prepared, signal }, waitFor);
      if (waitFor !== 'published') return undefined;
      return this.#receipts.of(entries, (id) => this.#workflowIdOf(id), options);
    });
  }

  /**
   * Publishes what is stored already. As {@link publish}, but what that would refuse is not thrown: its aggregate parks at it with the reason, visible and
   * operable, and the others go on.
   *
   * Throws `INVALID_ARGUMENT` when it is called wrongly; `INVALID_MESSAGES` for messages without id or msgId (or position, when the topic orders by it), before anything is
   * sent; `CLAIM_CHECK_FAILED` and `PUBLISH_NOT_ACCEPTED` as {@link publish} does.
   */
  async publishStored(
    messages: readonly EventMessage<input<Schema>>[],
    options: PublishOptions = {},
  ): Promise<void> {
    this.#checkCall(messages, options, 'publishStored(messages, options)');
    const { signal } = options;
    signal?.throwIfAborted();
    await inSpan(publishSpan(this.topic.name, messages), async (span) => {
      const stored = this.#preparation.stored(messages);
      let { entries } = stored;
      const prepared = this.#preparation.prepareStored(stored, signal).then((fitting) => {
        entries = this.#telemetry.trace(fitting, span);
      });
      await this.#handOver(() => entries, { aggregates: idsOf(entries), prepared, signal });
    });
  }

  /**
   * Checks messages as {@link publish} does, and sends nothing: call it before you store them. Throws `INVALID_ARGUMENT` when it is called wrongly, and
   * `INVALID_MESSAGES` with every fault of every message.
   */
  check(messages: readonly EventMessage<input<Schema>>[]): void {
    this.#checkCall(messages, {}, 'check(messages)');
    this.#preparation.validate(messages);
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
      validate: (message: EventMessage): Validity | Promise<Validity> =>
        this.#preparation.checkFully(message),
      publish: (
        messages: readonly EventMessage[],
        { signal }: Pick<PublishOptions, 'signal'>,
      ): Promise<void> =>
        this.publish(messages as readonly EventMessage<input<Schema>>[], signal ? { signal } : {}),
    };
    return publishStream(target, source, options);
  }

  /**
   * What an aggregate's publisher holds, has published, is retrying, or is parked at. Needs a running worker. Throws `INVALID_ARGUMENT`
   * without an id.
   */
  async status(id: string): Promise<AggregateStatus> {
    checkText('status(id)', 'id', id);
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
  async retry(id: string, request: OperatorRequest): Promise<PublisherStatus> {
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
  async replace(id: string, replacement: Replacement<EventMessage<input<Schema>>>): Promise<PublisherStatus> {
    checkOperator(replacement, { topic: this.topic.name, id }, REPLACEMENT_KEYS);
    const { message, ...request } = replacement;
    const { entries, uploads } = this.#preparation.validate([message]);
    await this.#preparation.prepare(entries, uploads, undefined);
    const [entry] = entries;
    return this.#operate('replace', {
      id,
      request: { msgId: message.meta.msgId, ...request },
      replacement: entry,
    });
  }

  /**
   * Stops an aggregate: what is accepted waits until {@link resume}. Opens its publisher when it is not open. Resolves when
   * the request that was in flight has ended: then nothing leaves any more.
   */
  async pause(id: string, request: OperatorRequest): Promise<PublisherStatus> {
    return this.#operate('pause', { id, request, open: () => this.#handover.open(id) });
  }

  /** Lets a paused aggregate go on. Throws `OPERATION_REFUSED` when it is not paused. */
  async resume(id: string, request: OperatorRequest): Promise<PublisherStatus> {
    return this.#operate('resume', { id, request });
  }

  /**
   * Sends stored events again: to a new read model, say. A Temporal workflow does it, with the topic's workers, which need its `eventLog`: each
   * aggregate in order, at a rate, whatever becomes of this process. Messages keep their msgId and carry the attribute `republished`.
   *
   * Live events of the same aggregates go on meanwhile: a collector sees both, each of the two in order. Throws `INVALID_ARGUMENT` when it is called
   * wrongly, and `REPUBLISH_REFUSED` when no worker serves the topic.
   */
  republish(selection: RepublishSelection, options: RepublishOptions): Promise<Republish> {
    return Republish.start(this.#republishTarget, selection, options);
  }

  /** A republish that was started, here or elsewhere. */
  getRepublish(republishId: string): Republish {
    checkText('getRepublish(republishId)', 'republishId', republishId);
    return new Republish(this.#republishTarget, republishId);
  }

  get #republishTarget(): RepublishTarget {
    const { client, taskQueue = DEFAULT_TASK_QUEUE } = this.#options;
    return { topic: this.topic.name, client, taskQueue };
  }

  /** The entries are asked for in their turn. */
  async #handOver(
    entries: () => readonly PublishEntry[],
    passage: Passage,
    waitFor?: 'accepted' | 'published',
  ): Promise<void> {
    const begunAt = performance.now();
    const { signal } = passage;
    const handedOver = await this.#turnstile.pass(passage, () =>
      this.#handover.hand(entries(), { signal, isAwaited: waitFor === 'published' }),
    );
    this.#telemetry.handedOver(handedOver, begunAt);
    throwUnlessAccepted(this.topic.name, this.#options.client, handedOver);
  }

  #checkCall(messages: unknown, options: unknown, call = 'publish(messages, options)'): void {
    const isArray = Array.isArray(messages);
    const faults = [
      ...(isArray ? [] : [`messages is an array of messages, not ${describe(messages)}`]),
      ...publishFaults(options),
    ];
    if (faults.length > 0) throw invalidArgument(call, faults);
  }

  async #operate(
    operation: OperationName,
    wish: {
      id: string;
      request: OperatorRequest;
      replacement?: PublishEntry | undefined;
      open?(): Promise<void>;
    },
  ): Promise<PublisherStatus> {
    const { id, request, replacement, open } = wish;
    checkOperator(request, { topic: this.topic.name, id });
    const target = {
      topic: this.topic.name,
      id,
      workflowId: this.#workflowIdOf(id),
      ...(replacement ? { replacement } : {}),
      ...(open ? { open } : {}),
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
}

function idsOf(entries: readonly PublishEntry[]): readonly string[] {
  return entries.map(({ message }) => message.id);
}
