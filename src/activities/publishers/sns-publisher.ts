import { SNS_MAX_BATCH_ENTRIES, SNS_MAX_MESSAGE_BYTES } from '../../common/defaults.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { EventPublisher, PublishResult } from '../event-publisher.ts';
import { type SnsPublisherOptions, SnsTopic } from './sns-topic.ts';

/**
 * Publishes to a standard SNS topic. Events are sent in order, but SNS delivers them in any order and sometimes twice,
 * and it does not drop a repeated msgId. As there is no order to lose, events of one aggregate share requests: when one
 * of them fails, those after it are sent again.
 */
export class SnsPublisher implements EventPublisher {
  readonly maxBatchEntries = SNS_MAX_BATCH_ENTRIES;
  readonly maxBatchBytes: number;
  readonly sameAggregateBatching = true;
  readonly #topic: SnsTopic;

  /** Throws `INVALID_PUBLISHER` unless `topicArn` is the ARN of a standard topic. */
  constructor(options: SnsPublisherOptions) {
    this.#topic = new SnsTopic(options, false);
    this.maxBatchBytes = options.maxMessageBytes ?? SNS_MAX_MESSAGE_BYTES;
  }

  publish(
    topic: string,
    entries: readonly PublishEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    return this.#topic.publish(
      topic,
      entries.map((entry) => ({ entry })),
      signal,
    );
  }

  describe(): string {
    return this.#topic.arn;
  }
}
