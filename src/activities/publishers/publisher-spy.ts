import { EventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import type { PublishFailure } from '../../common/protocol/activities.ts';

/** One try to publish an event. */
export interface Attempt {
  readonly msgId: string;
  /** When: milliseconds since 1970, by the publisher's clock. */
  readonly at: number;
}

export interface SpyOptions {
  /** How long to wait, in milliseconds of real time. Default: 4,000, less than what test runners give a test. */
  readonly timeout?: number;
}

const TIMEOUT_MS = 4_000;

/** The tries that did not publish an event. */
interface Failures {
  count: number;
  readonly first: PublishFailure;
  last: PublishFailure;
  refusal: PublishFailure | undefined;
}

/**
 * Lets a test wait for what becomes of events, instead of sleeping and looking. What was so before the call counts too.
 * When the time is over, the error says what has become of the event so far.
 */
export class PublisherSpy {
  readonly #attempts: Attempt[] = [];
  readonly #published = new Map<string, EventMessage>();
  readonly #failures = new Map<string, Failures>();
  readonly #waiting = new Set<() => void>();

  /** Every try so far, in order, also those that failed. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  /** Resolves with the message once it is published. */
  published(msgId: string, options?: SpyOptions): Promise<EventMessage> {
    return this.#until({ outcome: 'published', msgId }, () => this.#published.get(msgId), options);
  }

  /** Resolves with the failure once the event has been refused: its aggregate parks. */
  refused(msgId: string, options?: SpyOptions): Promise<PublishFailure> {
    return this.#until({ outcome: 'refused', msgId }, () => this.#failures.get(msgId)?.refusal, options);
  }

  /** Resolves with the first failure once a try to publish the event has failed, whatever the reason. */
  failed(msgId: string, options?: SpyOptions): Promise<PublishFailure> {
    return this.#until({ outcome: 'failed', msgId }, () => this.#failures.get(msgId)?.first, options);
  }

  /** Resolves with all published messages, in the order of publication, once there are at least that many. */
  count(messages: number, options?: SpyOptions): Promise<readonly EventMessage[]> {
    const find = (): readonly EventMessage[] | undefined =>
      this.#published.size >= messages ? [...this.#published.values()] : undefined;
    return this.#until({ outcome: 'published', messages }, find, options);
  }

  /** @internal */
  tried(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  /** @internal */
  ended(message: EventMessage, failure: PublishFailure | undefined): void {
    const { msgId } = message.meta;
    if (failure) this.#recordFailure(msgId, failure);
    // What comes again is acknowledged, but it is the first content that was published.
    else if (!this.#published.has(msgId)) this.#published.set(msgId, message);
    for (const look of this.#waiting) look();
  }

  #recordFailure(msgId: string, failure: PublishFailure): void {
    const failures = this.#failures.get(msgId) ?? {
      count: 0,
      first: failure,
      last: failure,
      refusal: undefined,
    };
    failures.count += 1;
    failures.last = failure;
    if (failure.kind === 'event') failures.refusal = failure;
    this.#failures.set(msgId, failures);
  }

  #until<Found>(
    wanted: Wanted,
    find: () => Found | undefined,
    { timeout = TIMEOUT_MS }: SpyOptions = {},
  ): Promise<Found> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const timer = setTimeout(() => {
        end();
        reject(this.#notSo(wanted, timeout));
      }, timeout);
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        end();
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #notSo({ outcome, msgId, messages }: Wanted, waitedMs: number): EventTopicError {
    const { count = 0, last } = this.#failures.get(msgId ?? '') ?? {};
    const what = msgId === undefined ? `${messages} messages were` : 'The message was';
    const action = last
      ? `It failed, the last time with: ${last.reason}`
      : 'See that the code under test published it, that a worker runs, and that its aggregate is not parked at another event';
    return new EventTopicError('PUBLISH_NOT_CONFIRMED', `${what} not ${outcome} in time`, {
      details: { msgId, waitedMs, published: this.#published.size, failures: count, code: last?.code },
      action,
    });
  }
}

interface Wanted {
  readonly outcome: 'published' | 'refused' | 'failed';
  readonly msgId?: string;
  readonly messages?: number;
}
