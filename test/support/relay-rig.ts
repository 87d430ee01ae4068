import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import type pg from 'pg';
import { EventTopic } from '../../src/client/event-topic.ts';
import type { EventTopicOptions } from '../../src/client/options.ts';
import { HEARTBEAT_THROTTLE_MS } from '../../src/common/defaults.ts';
import type { EventLog } from '../../src/common/event-log.ts';
import { EventLogRelay } from '../../src/event-log/event-log-relay.ts';
import type { EventLogRelayOptions } from '../../src/event-log/relay-options.ts';
import type { EventTopicDefinition } from '../../src/event-topic.ts';
import { type Customer, customers } from './customer.ts';
import { createPostgresRig } from './postgres.ts';
import { createTestWorker } from './publisher-worker.ts';
import { ScriptedPublisher } from './scripted-publisher.ts';

type CustomerEvents = typeof Customer.event;

export interface RelayRig {
  readonly store: Awaited<ReturnType<typeof createPostgresRig>>;
  readonly definition: EventTopicDefinition<CustomerEvents>;
  readonly topic: EventTopic<CustomerEvents>;
  readonly taskQueue: string;
  readonly publisher: ScriptedPublisher;
  newTopic(options: Partial<EventTopicOptions>): EventTopic<CustomerEvents>;
  relay(options: Partial<EventLogRelayOptions> & Pick<EventLogRelayOptions, 'mode'>): EventLogRelay;
  worker(eventLog?: EventLog): Promise<Worker>;
}

export interface RelayRigOptions {
  readonly ordering?: 'arrival' | 'position';
  readonly partitions?: number;
  readonly publisher?: ScriptedPublisher;
}

/** A topic of its own name, its store, and what publishes it. */
export async function createRelayRig(
  env: TestWorkflowEnvironment,
  pool: pg.Pool,
  { publisher = new ScriptedPublisher(() => undefined), ...spec }: RelayRigOptions = {},
): Promise<RelayRig> {
  const name = `Customer-${randomUUID().slice(0, 8)}`;
  const taskQueue = `relay-${name}`;
  const definition = customers(name, spec);
  const store = await createPostgresRig(pool);
  return {
    store,
    definition,
    taskQueue,
    publisher,
    topic: new EventTopic(definition, { client: env.client, taskQueue }),
    newTopic: (options) => new EventTopic(definition, { client: env.client, taskQueue, ...options }),
    relay: (options) => new EventLogRelay(definition, { client: env.client, taskQueue, ...options }),
    worker: (eventLog = store.eventLog) =>
      createTestWorker(
        env,
        { topic: definition, publisher, eventLog },
        { taskQueue, shutdownGraceTime: '1s', maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS },
      ),
  };
}
