import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, invalidArgument, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import {
  InvalidMessagesError,
  type MessageFault,
  type MessageRef,
  PublishError,
  PublishStreamError,
} from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import { Changes } from '../changes.ts';
import { signalFaults } from '../options.ts';
import { type StreamItem, StreamLanes } from './stream-lanes.ts';
import { type OnProgress, StreamProgress } from './stream-progress.ts';
import { type StreamInput, StreamSource } from './stream-source.ts';

export interface PublishStreamOptions {
  /**
   * Messages that are read ahead of the first one that is not accepted, at most: 1 to 10,000. A stream that is resumed
   * repeats fewer than these, and a publisher remembers at least 1,000 msgIds of its aggregate. Default: 1,000.
   */
  readonly maxInFlight?: number;
  /**
   * Bytes of JSON of messages that are read and not accepted: nothing is read while there are as many or more.
   * Default: 16,777,216 (16 MiB).
   */
  readonly maxBytesInFlight?: number;
  /**
   * Called as the stream goes on with the number of messages from the start of the source that are all accepted: for a
   * checkpoint. Never called again before its promise resolves; what it throws ends the stream. Default: none.
   */
  readonly onProgress?: OnProgress;
  /**
   * Gives the stream up: nothing more is read or sent, and `STREAM_INTERRUPTED` says what is accepted; the signal's
   * reason is thrown when nothing was begun. Default: none.
   */
  readonly signal?: AbortSignal;
}

export interface PublishStreamResult {
  /** Messages of the source: all are accepted. */
  readonly accepted: number;
}

export type Validity =
  | { readonly ok: true }
  | { readonly ok: false; readonly faults: readonly MessageFault[] };

/** Where a stream is published to: an EventTopic. */
export interface StreamTarget {
  /** Name of the topic. */
  readonly topic: string;
  /** What `publish` would refuse about the message. What it finds only at `publish` ends the stream there. */
  validate(message: EventMessage): Validity | Promise<Validity>;
  /** Resolves when all messages, of one aggregate, are accepted; rejects with a {@link PublishError}. */
  publish(messages: readonly EventMessage[], options: { readonly signal?: AbortSignal }): Promise<void>;
}

const DEFAULTS = { maxInFlight: 1_000, maxBytesInFlight: 16 * 1024 * 1024 } as const;

/** A resumed stream repeats up to this many messages: as many msgIds as a publisher remembers at most. */
const MOST_IN_FLIGHT = 10_000;

/** Messages after which a source that always has more lets others run: validation takes some 10 µs each. */
const READ_IN_ONE_TURN = 100;

/**
 * Publishes what the source yields, each aggregate's messages in the source's order. Resolves when all are accepted.
 * Memory is bounded, and a message does not wait for company.
 *
 * Throws `INVALID_ARGUMENT` when it is called wrongly, and `STREAM_INTERRUPTED` when that cannot be: a message is invalid or the source fails (then all before it are
 * accepted and nothing after it is sent), Temporal does not accept, `onProgress` throws, or the caller gives up.
 */
export async function publishStream(
  target: StreamTarget,
  source: StreamInput<EventMessage>,
  options: PublishStreamOptions = {},
): Promise<PublishStreamResult> {
  checkCall(source, options);
  options.signal?.throwIfAborted();
  return new StreamRun(target, new StreamSource(source), options).run();
}

class StreamRun {
  readonly #target: StreamTarget;
  readonly #source: StreamSource<EventMessage>;
  readonly #options: PublishStreamOptions;
  readonly #changes = new Changes();
  readonly #lanes = new StreamLanes((items) => this.#publish(items), this.#changes);
  readonly #progress: StreamProgress;
  /** Taken and not accepted, in the order of the source. */
  readonly #pending = new Set<StreamItem>();
  #pendingBytes = 0;
  #taken = 0;
  /** All before this index are accepted. */
  #accepted = 0;
  /** Nothing more is taken. */
  #isRead = false;
  /** Nothing more is sent. */
  #isStopped = false;
  /** Why not all of the source will be accepted. */
  #interruption: { readonly cause: unknown } | undefined;

  constructor(target: StreamTarget, source: StreamSource<EventMessage>, options: PublishStreamOptions) {
    this.#target = target;
    this.#source = source;
    this.#options = options;
    const { onProgress = () => undefined } = options;
    this.#progress = new StreamProgress(onProgress, (error) => this.#stop(error), this.#changes);
  }

  async run(): Promise<PublishStreamResult> {
    const { signal } = this.#options;
    const giveUp = (): void => this.#giveUp();
    signal?.addEventListener('abort', giveUp);
    // Not awaited: a source that never yields again must not keep a stream that has failed.
    void this.#read();
    while (!this.#isOver) await this.#changes.next();
    signal?.removeEventListener('abort', giveUp);
    await this.#source.close();
    if (this.#interruption === undefined) return { accepted: this.#accepted };
    const facts = { topic: this.#target.topic, accepted: this.#accepted, next: this.#next };
    throw new PublishStreamError(facts, this.#interruption.cause);
  }

  get #isOver(): boolean {
    if (this.#lanes.hasCalls || this.#progress.isReporting) return false;
    return this.#isStopped || (this.#isRead && this.#lanes.areEmpty);
  }

  get #next(): MessageRef | undefined {
    const [oldest] = this.#pending;
    return oldest && { id: oldest.message.id, msgId: oldest.message.meta.msgId };
  }

  async #read(): Promise<void> {
    try {
      while (await this.#hasRoom()) {
        const { done, value } = await this.#source.next();
        if (done) break;
        await this.#take(value);
        if (this.#taken % READ_IN_ONE_TURN === 0) await nextTurn();
      }
    } catch (cause) {
      if (!this.#isStopped) this.#interruption = { cause };
    }
    this.#isRead = true;
    this.#changes.notify();
  }

  /** False when nothing more is to be read. */
  async #hasRoom(): Promise<boolean> {
    while (!this.#isStopped && this.#isFull) await this.#changes.next();
    return !this.#isStopped;
  }

  get #isFull(): boolean {
    const { maxInFlight = DEFAULTS.maxInFlight, maxBytesInFlight = DEFAULTS.maxBytesInFlight } =
      this.#options;
    return this.#taken - this.#accepted >= maxInFlight || this.#pendingBytes >= maxBytesInFlight;
  }

  async #take(value: EventMessage): Promise<void> {
    const index = this.#taken;
    const valid = await this.#target.validate(value);
    if (!valid.ok) throw this.#refusal(valid.faults, [{ index }]);
    // Its JSON is what was validated; the source may use the object again while the message waits.
    const json = JSON.stringify(value);
    const item = { index, message: JSON.parse(json), bytes: Buffer.byteLength(json) };
    this.#pending.add(item);
    this.#pendingBytes += item.bytes;
    this.#taken += 1;
    this.#lanes.add(item);
  }

  async #publish(items: readonly StreamItem[]): Promise<void> {
    const { signal } = this.#options;
    const messages = items.map(({ message }) => message);
    try {
      await this.#target.publish(messages, signal ? { signal } : {});
      this.#accept(items);
    } catch (error) {
      this.#accept(acceptedOf(items, error));
      const cause = error instanceof InvalidMessagesError ? this.#refusal(error.faults, items) : error;
      this.#stop(signal?.aborted ? signal.reason : cause);
    }
  }

  /** Faults know their place in the call; the caller knows the stream. */
  #refusal(
    faults: readonly MessageFault[],
    call: readonly Pick<StreamItem, 'index'>[],
  ): InvalidMessagesError {
    const located = faults.map((fault) => ({ ...fault, index: call[fault.index]?.index ?? fault.index }));
    return new InvalidMessagesError(this.#target.topic, located);
  }

  #accept(items: readonly StreamItem[]): void {
    for (const item of items) {
      this.#pending.delete(item);
      this.#pendingBytes -= item.bytes;
    }
    const [oldest] = this.#pending;
    this.#accepted = oldest?.index ?? this.#taken;
    this.#progress.reach(this.#accepted);
  }

  /** What is read already ends by itself: `publish` has the signal too, and knows what is accepted all the same. */
  #giveUp(): void {
    if (!this.#isRead) this.#stop(this.#options.signal?.reason);
  }

  /** The first reason counts. */
  #stop(cause: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#interruption = { cause };
    this.#lanes.stop();
    this.#changes.notify();
  }
}

/** Of a call that failed: what is accepted all the same. */
function acceptedOf(items: readonly StreamItem[], error: unknown): readonly StreamItem[] {
  if (!(error instanceof PublishError)) return [];
  const msgIds = new Set(error.accepted.map(({ msgId }) => msgId));
  return items.filter(({ message }) => msgIds.has(message.meta.msgId));
}

const OPTION_KEYS: KeysOf<PublishStreamOptions> = {
  maxInFlight: true,
  maxBytesInFlight: true,
  onProgress: true,
  signal: true,
};

function checkCall(source: unknown, options: PublishStreamOptions): void {
  const isSource =
    typeof source === 'object' &&
    source !== null &&
    (Symbol.asyncIterator in source || Symbol.iterator in source);
  const faults = [
    ...(isSource ? [] : [`source is an iterable or async iterable of messages, not ${describe(source)}`]),
    ...optionFaults(options, OPTION_KEYS, 'options'),
    ...(isRecord(options) ? valueFaults(options) : []),
  ];
  if (faults.length > 0) throw invalidArgument('publishJsonStream(source, options)', faults);
}

function valueFaults(options: PublishStreamOptions): readonly string[] {
  const { maxInFlight = 1, maxBytesInFlight = 1, onProgress, signal } = options;
  return [
    ...(Number.isInteger(maxInFlight) && maxInFlight >= 1 && maxInFlight <= MOST_IN_FLIGHT
      ? []
      : ['options.maxInFlight is 1 to 10,000']),
    ...(Number.isInteger(maxBytesInFlight) && maxBytesInFlight >= 1
      ? []
      : ['options.maxBytesInFlight is a positive whole number']),
    ...(onProgress === undefined || typeof onProgress === 'function'
      ? []
      : [`options.onProgress is a function, not ${describe(onProgress)}`]),
    ...signalFaults(signal, 'options.signal'),
  ];
}
