import { SNS_MAX_BATCH_ENTRIES, SNS_MAX_MESSAGE_BYTES } from '../../common/defaults.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { EventPublisher, PublishResult } from '../event-publisher.ts';
import { fifoFields } from './aws-message.ts';
import { type SnsPublisherOptions, SnsTopic } from './sns-topic.ts';

/**
 * Publishes to an SNS FIFO topic: the MessageGroupId is the aggregate, the MessageDeduplicationId the msgId. SNS drops
 * a repeated msgId for five minutes.
 */
export class SnsFifoPublisher implements EventPublisher {
  readonly maxBatchEntries = SNS_MAX_BATCH_ENTRIES;
  readonly maxBatchBytes: number;
  readonly #topic: SnsTopic;

  /** Throws `INVALID_PUBLISHER` unless `topicArn` is the ARN of a FIFO topic. */
  constructor(options: SnsPublisherOptions) {
    this.#topic = new SnsTopic(options, true);
    this.maxBatchBytes = options.maxMessageBytes ?? SNS_MAX_MESSAGE_BYTES;
  }

  publish(
    topic: string,
    entries: readonly PublishEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    const batch = entries.map((entry) => ({ entry, fifo: fifoFields(entry) }));
    return this.#topic.publish(topic, batch, signal);
  }

  describe(): string {
    return this.#topic.arn;
  }
}
