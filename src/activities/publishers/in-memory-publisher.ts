import { type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import type { PublishFailure, PublishReceipt } from '../../common/protocol/activities.ts';
import type { PublishEntry, Refusal } from '../../common/protocol/entry.ts';
import type { EventPublisher, PublishResult } from '../event-publisher.ts';
import { type Attempt, PublisherSpy } from './publisher-spy.ts';

/** Says what is wrong with an event this time; undefined lets it pass. It may take its time, as a slow system does. */
export type PublishScript = (
  message: EventMessage,
  attempt: Attempt,
) => PublishFailure | undefined | Promise<PublishFailure | undefined>;

export interface InMemoryPublisherOptions {
  /** For failures that `refuse` and `startOutage` cannot express. Default: every event passes. */
  readonly script?: PublishScript;
  /** The time of attempts, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number | Promise<number>;
}

const OPTION_KEYS: KeysOf<InMemoryPublisherOptions> = { script: true, now: true };

/**
 * Keeps what is published in this process: for tests and for trying things out. Drops repeated msgIds, as FIFO does, but
 * for ever. It fails where a test says so, and its `spy` waits for outcomes.
 */
export class InMemoryPublisher implements EventPublisher {
  readonly maxBatchEntries: number = 10;
  /** Waits for what becomes of events: `await publisher.spy.published(msgId)`. */
  readonly spy: PublisherSpy = new PublisherSpy();
  readonly #options: InMemoryPublisherOptions;
  readonly #receipts = new Map<string, PublishReceipt>();
  readonly #messages: EventMessage[] = [];
  readonly #refusals = new Map<string, PublishFailure>();
  #outage: PublishFailure | undefined;

  constructor(options: InMemoryPublisherOptions = {}) {
    const faults = optionFaults(options, OPTION_KEYS);
    if (faults.length > 0) {
      throw new EventTopicError('INVALID_PUBLISHER', `The options are wrong: ${faults.join('; ')}`, {
        action: 'Correct them and construct it again',
      });
    }
    this.#options = options;
  }

  /** Every message published so far, in the order of publication. */
  get messages(): readonly EventMessage[] {
    return this.#messages;
  }

  /** Refuses an event until `cure(msgId)`, as SNS does with one that it calls invalid: its aggregate parks at it. */
  refuse(msgId: string, refusal: Partial<Refusal> = {}): void {
    this.#refusals.set(msgId, { ...REFUSED, ...refusal });
  }

  /** Takes the event from now on. What is parked at it stays so until an operator retries it. */
  cure(msgId: string): void {
    this.#refusals.delete(msgId);
  }

  /** Takes no event until `endOutage()`. Default: as a service that time cures (kind `retry`). */
  startOutage(failure: Partial<PublishFailure> = {}): void {
    this.#outage = { ...UNAVAILABLE, ...failure };
  }

  endOutage(): void {
    this.#outage = undefined;
  }

  async publish(
    _topic: string,
    entries: readonly PublishEntry[],
    signal?: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    return Promise.all(entries.map((entry) => this.#publishOne(entry, signal)));
  }

  describe(): string {
    return 'memory';
  }

  async #publishOne(
    { message, republished }: PublishEntry,
    signal: AbortSignal | undefined,
  ): Promise<PublishResult> {
    const { msgId } = message.meta;
    const key = republished ? `${msgId}/${republished.republishId}` : msgId;
    const { now = Date.now, script } = this.#options;
    const attempt = { msgId, at: await now() };
    this.spy.tried(attempt);
    const scripted = script && (await unlessAborted(script(message, attempt), signal));
    const failure = this.#refusals.get(msgId) ?? this.#outage ?? scripted;
    const result: PublishResult = failure
      ? { ok: false, failure }
      : { ok: true, receipt: this.#receipts.get(key) ?? this.#add(message, key) };
    this.spy.ended(message, failure);
    return result;
  }

  #add(message: EventMessage, key: string): PublishReceipt {
    const { msgId } = message.meta;
    const sequenceNumber = String(this.#messages.push(message));
    const receipt = { msgId, snsMessageId: `memory-${sequenceNumber}`, sequenceNumber };
    this.#receipts.set(key, receipt);
    return receipt;
  }
}

const REFUSED: PublishFailure = { kind: 'event', code: 'InvalidParameter', reason: 'Refused by the test' };
const UNAVAILABLE: PublishFailure = {
  kind: 'retry',
  code: 'ServiceUnavailable',
  reason: 'An outage, by the test',
};
const ABORTED: PublishFailure = { kind: 'retry', code: 'AbortError', reason: 'The request was given up' };

/** A script that never answers must not keep a worker from stopping. */
async function unlessAborted(
  failure: ReturnType<PublishScript>,
  signal: AbortSignal | undefined,
): Promise<PublishFailure | undefined> {
  if (signal === undefined || !(failure instanceof Promise)) return failure;
  let giveUp: () => void = () => undefined;
  const aborted = new Promise<PublishFailure>((resolve) => {
    giveUp = () => resolve(ABORTED);
  });
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([failure, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
