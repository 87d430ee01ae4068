import { SimplePlugin } from '@temporalio/plugin';
import type { Worker, WorkerOptions } from '@temporalio/worker';
import { type KeysOf, optionFaults } from './common/arguments.ts';
import { HEARTBEAT_THROTTLE_MS } from './common/defaults.ts';
import { ParkedCount } from './worker/parked-count.ts';
import { StopNotice } from './worker/stop-notice.ts';
import {
  nameOf,
  refuseWorkerFaults,
  type TopicPublisher,
  topicActivities,
} from './worker/topic-activities.ts';

export interface EventTopicPluginOptions {
  /** The EventTopics that this worker publishes, and where to; at least one. */
  readonly topics: readonly TopicPublisher[];
}

const OPTION_KEYS: KeysOf<EventTopicPluginOptions> = { topics: true };

/**
 * Adds the activities of the publisher workflow to your own worker. A plugin cannot add workflows in TypeScript, so export
 * them too, in the module that `workflowsPath` names: `export * from 'temporal-event-topic/workflows'`.
 *
 * Give it to the worker or to its connection, not to both: Temporal would apply it twice.
 */
export class EventTopicPlugin extends SimplePlugin {
  readonly #notice: StopNotice;
  readonly #parked: ParkedCount;

  /** Throws `INVALID_WORKER` when the topics are wrong. */
  constructor(options: EventTopicPluginOptions) {
    refuseWorkerFaults(optionFaults(options, OPTION_KEYS));
    const notice = new StopNotice();
    const activities = topicActivities(options.topics, () => notice.signal);
    super({ name: 'temporal-event-topic.EventTopicPlugin', activities: { ...activities } });
    this.#notice = notice;
    this.#parked = new ParkedCount(options.topics.map(nameOf));
  }

  /** Activities that wait for news end when the worker is shut down; what is parked is measured while it runs. */
  override runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    return super.runWorker(worker, (inner) =>
      this.#notice.runWorker(inner, (running) => this.#parked.runWorker(running, next)),
    );
  }

  /** Heartbeats go out in time, unless the worker says otherwise (`maxHeartbeatThrottleInterval`). */
  override configureWorker(options: WorkerOptions): WorkerOptions {
    return super.configureWorker({ maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS, ...options });
  }
}
