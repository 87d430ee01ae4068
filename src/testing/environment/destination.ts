import type { EventPublisher } from '../../activities/event-publisher.ts';
import { InMemoryPublisher } from '../../activities/publishers/in-memory-publisher.ts';
import type { SpyOptions } from '../../activities/publishers/publisher-spy.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import type { Emulator, TopicWithQueue } from './emulator.ts';

/** Where the events of a topic go in a test, and come out again. */
export interface Destination {
  readonly publisher: EventPublisher;
  /** All messages that have arrived, once there are at least that many. */
  collect(count: number, options: Required<SpyOptions>): Promise<readonly EventMessage[]>;
}

/** The memory of this process. */
export class MemoryDestination implements Destination {
  readonly publisher: InMemoryPublisher;

  constructor(now: () => Promise<number>) {
    this.publisher = new InMemoryPublisher({ now });
  }

  collect(count: number, options: SpyOptions): Promise<readonly EventMessage[]> {
    return this.publisher.spy.count(count, options);
  }
}

/** An emulated SNS topic with a queue. */
export class QueueDestination implements Destination {
  readonly publisher: EventPublisher;
  readonly #emulator: Emulator;
  readonly #queueUrl: string;
  readonly #arrived: EventMessage[] = [];
  #receiving: Promise<void> | undefined;

  private constructor(publisher: EventPublisher, emulator: Emulator, queueUrl: string) {
    this.publisher = publisher;
    this.#emulator = emulator;
    this.#queueUrl = queueUrl;
  }

  static async create(topic: string, emulator: Emulator): Promise<QueueDestination> {
    const { SnsFifoPublisher } = await import('../../activities/publishers/sns-fifo-publisher.ts');
    const { topicArn, queueUrl }: TopicWithQueue = await emulator.createTopicWithQueue(topic);
    const publisher = new SnsFifoPublisher({ topicArn, client: emulator.sns });
    return new QueueDestination(publisher, emulator, queueUrl);
  }

  async collect(count: number, { timeout }: Required<SpyOptions>): Promise<readonly EventMessage[]> {
    const deadline = Date.now() + timeout;
    while (this.#arrived.length < count) {
      if (Date.now() > deadline) throw this.#notArrived(count, timeout);
      // Together for all who wait: two receivers at a time could tell the order wrongly.
      this.#receiving ??= this.#receive().finally(() => {
        this.#receiving = undefined;
      });
      await this.#receiving;
    }
    return [...this.#arrived];
  }

  async #receive(): Promise<void> {
    const bodies = await this.#emulator.receive(this.#queueUrl);
    this.#arrived.push(...bodies.map((body) => JSON.parse(body) as EventMessage));
  }

  #notArrived(count: number, waitedMs: number): EventTopicError {
    return new EventTopicError('PUBLISH_NOT_CONFIRMED', `${count} messages did not arrive in time`, {
      details: { waitedMs, arrived: this.#arrived.length },
      action: 'Look at status(id) of their aggregates, and see that the code under test published them',
    });
  }
}
