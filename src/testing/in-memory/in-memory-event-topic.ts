import type { $ZodType } from 'zod/v4/core';
import type { EventPublisher } from '../../activities/event-publisher.ts';
import { InMemoryPublisher } from '../../activities/publishers/in-memory-publisher.ts';
import { EventTopic } from '../../client/event-topic.ts';
import type { EventTopicOptions } from '../../client/options.ts';
import { describe, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { EventStreamReader } from '../../common/event-log.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { InMemoryTemporal } from './in-memory-temporal.ts';
import { TestClock } from './test-clock.ts';

export interface InMemoryEventTopicOptions<Publisher extends EventPublisher = InMemoryPublisher>
  extends Pick<EventTopicOptions, 'maxMessageBytes' | 'claimCheck' | 'settings'> {
  /** Takes the events. Default: an {@link InMemoryPublisher} of its own. */
  readonly publisher?: Publisher;
  /** Topics ordered by position: where missing events are read from. Default: none, a gap parks the aggregate. */
  readonly eventLog?: EventStreamReader;
  /** The time, in milliseconds since 1970; `tick` adds to it. Default: `Date.now`. */
  readonly now?: () => number;
}

const OPTION_KEYS: KeysOf<InMemoryEventTopicOptions> = {
  publisher: true,
  eventLog: true,
  now: true,
  maxMessageBytes: true,
  claimCheck: true,
  settings: true,
};

function invalidOptions(faults: readonly string[]): EventTopicError {
  return new EventTopicError('INVALID_CLIENT', `The options are wrong: ${faults.join('; ')}`, {
    action: 'Correct them and construct the InMemoryEventTopic again',
  });
}

/**
 * An EventTopic without Temporal, for tests: the client's own validation, order of calls, receipts and errors, in front of
 * the publisher workflow's own state in this process. So events are ordered, deduplicated, parked and operated on as in
 * production; events that fail are tried again by the clock, and `tick` lets time pass at once.
 *
 * Not as in production: nothing survives the process; nothing is batched; a full history, a lost answer, a dying worker and
 * Temporal's own limits do not occur. An EventLog that fails is not asked again before the aggregate parks.
 */
export class InMemoryEventTopic<
  Schema extends $ZodType,
  Publisher extends EventPublisher = InMemoryPublisher,
> extends EventTopic<Schema> {
  /** Where the events go. Of the default one, `spy` waits for outcomes and `refuse` and `startOutage` make it fail. */
  readonly publisher: Publisher;
  readonly #temporal: InMemoryTemporal;

  /** Throws `INVALID_CLIENT` with every fault of the options. */
  constructor(topic: EventTopicDefinition<Schema>, options: InMemoryEventTopicOptions<Publisher> = {}) {
    const faults = optionFaults(options, OPTION_KEYS);
    if (faults.length > 0) throw invalidOptions(faults);
    const { publisher, eventLog, now = Date.now, ...clientOptions } = options;
    const clock = new TestClock(now);
    const usedPublisher = publisher ?? new InMemoryPublisher({ now: () => clock.now() });
    const isTopic: boolean = isRecord(topic);
    if (!isTopic) throw invalidOptions([`topic is what defineEventTopic() gives, not ${describe(topic)}`]);
    const eventTypeOf = (event: unknown): string | undefined => topic.eventType(event as never);
    const target = { topic: topic.name, publisher: usedPublisher, eventLog, eventTypeOf };
    const temporal = new InMemoryTemporal(target, clock);
    super(topic, { ...clientOptions, client: temporal.client });
    // Without a publisher of its own, the type parameter is the default one.
    this.publisher = usedPublisher as EventPublisher as Publisher;
    this.#temporal = temporal;
  }

  /**
   * Lets that many milliseconds pass at once: what is due meanwhile, such as further tries of an event that fails, happens
   * in its order. Resolves when nothing happens any more; `tick()` waits just for that.
   */
  async tick(ms = 0): Promise<void> {
    await this.#temporal.tick(ms);
  }
}
