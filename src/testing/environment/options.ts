import type { PublisherSettings } from '../../common/protocol/publish.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import type { EventTopicWorkerOptions, RefusedEvents, TopicPublisher } from '../../worker.ts';

export interface EventTopicTestEnvironmentOptions {
  /** The topics that are published. */
  readonly topics: readonly EventTopicDefinition[];
  /**
   * `local`: a whole Temporal server, in real time. `time-skipping`: a server in which `sleep` lets days pass in seconds;
   * it cannot list workflows, so there are neither partitions nor `parked()`. Default: `local`.
   */
  readonly mode?: 'local' | 'time-skipping';
  /** Publish to an emulator of SNS FIFO and SQS in this process (fauxqs), instead of to memory. Default: false. */
  readonly emulator?: boolean;
  /** Settings of the publisher workflows. Default: see {@link PublisherSettings}. */
  readonly settings?: Partial<PublisherSettings>;
  /** What the worker does with topics beyond publishing them, by topic name. Default: nothing. */
  readonly targets?: Readonly<Record<string, TestTarget>>;
  /** Further options of the worker. Default: Temporal's, but that it stops at once. */
  readonly worker?: Omit<
    Partial<EventTopicWorkerOptions>,
    'topics' | 'connection' | 'namespace' | 'taskQueue'
  >;
  /** Leave Temporal's logs as they are in this process. Default: false, only errors are logged. */
  readonly logs?: boolean;
}

/** What the worker does with a topic beyond publishing it. */
export type TestTarget = Pick<TopicPublisher, 'eventLog' | 'sameAggregateBatching'> & RefusedEvents;
