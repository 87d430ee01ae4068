import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { $ZodType, input } from 'zod/v4/core';
import type { InMemoryPublisher } from '../../activities/publishers/in-memory-publisher.ts';
import { EventTopic } from '../../client/event-topic.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { CleanUps } from './clean-ups.ts';
import { type Destination, MemoryDestination } from './destination.ts';
import type { EventTopicTestEnvironmentOptions } from './options.ts';
import { type Running, startEnvironment } from './start.ts';

const TIMEOUT_MS = 10_000;

/**
 * All that a test needs to publish through the real client, workflow and worker: a Temporal server, a worker, a client for
 * each topic and, if wanted, an emulated SNS topic with a queue for each. `close()` ends all of it.
 *
 * ```ts
 * await using env = await EventTopicTestEnvironment.create({ topics: [Customer] });
 * await env.topic(Customer).publish(messages);
 * const published = await env.published(Customer, messages.length);
 * ```
 */
export class EventTopicTestEnvironment implements AsyncDisposable {
  /** The Temporal server, with its connections and client. */
  readonly temporal: TestWorkflowEnvironment;
  readonly #destinations: ReadonlyMap<string, Destination>;
  readonly #options: EventTopicTestEnvironmentOptions;
  readonly #cleanUps: CleanUps;
  readonly #topics = new Map<string, unknown>();

  private constructor(
    { temporal, destinations }: Running,
    options: EventTopicTestEnvironmentOptions,
    cleanUps: CleanUps,
  ) {
    this.temporal = temporal;
    this.#destinations = destinations;
    this.#options = options;
    this.#cleanUps = cleanUps;
  }

  /**
   * Starts everything; what has been started is ended again when something fails.
   *
   * Throws `INVALID_ENVIRONMENT` when the options do not fit or a package is missing, `TEMPORAL_SERVER_UNAVAILABLE`, and
   * `INVALID_WORKER` when the topics are wrong.
   */
  static async create(options: EventTopicTestEnvironmentOptions): Promise<EventTopicTestEnvironment> {
    const cleanUps = new CleanUps();
    try {
      const running = await startEnvironment(options, cleanUps);
      return new EventTopicTestEnvironment(running, options, cleanUps);
    } catch (error) {
      // Why it does not start matters more than what goes wrong after that.
      await cleanUps.run().catch(() => undefined);
      throw error;
    }
  }

  /** The client of a topic. */
  topic<Schema extends $ZodType>(definition: EventTopicDefinition<Schema>): EventTopic<Schema> {
    this.#destinationOf(definition);
    const known = this.#topics.get(definition.name) as EventTopic<Schema> | undefined;
    const { settings } = this.#options;
    const { client } = this.temporal;
    const topic = known ?? new EventTopic(definition, { client, ...(settings ? { settings } : {}) });
    this.#topics.set(definition.name, topic);
    return topic;
  }

  /** Where a topic's events go without an emulator: its `spy` waits for outcomes, and it fails where a test says so. */
  publisher(definition: Pick<EventTopicDefinition, 'name'>): InMemoryPublisher {
    const destination = this.#destinationOf(definition);
    if (destination instanceof MemoryDestination) return destination.publisher;
    throw new EventTopicError('INVALID_ENVIRONMENT', 'The topic is published to the emulator', {
      details: { topic: definition.name },
      action: 'Create the environment without `emulator` to make publishing fail, or use `published`',
    });
  }

  /**
   * Waits until at least that many messages of a topic have arrived, in memory or in the queue of the emulated SNS topic, and
   * resolves with all of them, each aggregate's in the order of arrival.
   */
  async published<Schema extends $ZodType>(
    definition: EventTopicDefinition<Schema>,
    count: number,
    { timeout = TIMEOUT_MS }: PublishedOptions = {},
  ): Promise<readonly EventMessage<input<Schema>>[]> {
    const messages = await this.#destinationOf(definition).collect(count, { timeout });
    return messages as readonly EventMessage<input<Schema>>[];
  }

  /** Lets time pass: in Temporal, and really only in the mode `local`. Milliseconds, or a text such as `3 days`. */
  async sleep(duration: Parameters<TestWorkflowEnvironment['sleep']>[0]): Promise<void> {
    await this.temporal.sleep(duration);
  }

  /** Ends everything. Throws when the worker had failed. Does nothing when it is called again. */
  async close(): Promise<void> {
    await this.#cleanUps.run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #destinationOf({ name }: Pick<EventTopicDefinition, 'name'>): Destination {
    const destination = this.#destinations.get(name);
    if (destination) return destination;
    throw new EventTopicError('INVALID_ENVIRONMENT', 'The environment does not have the topic', {
      details: { topic: name, topics: [...this.#destinations.keys()].join(',') },
      action: 'Add it to the `topics` of the environment',
    });
  }
}

export interface PublishedOptions {
  /** How long to wait, in milliseconds of real time. Default: 10,000. */
  readonly timeout?: number;
}
