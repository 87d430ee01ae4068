import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { inject } from 'vitest';
import type { EventPublisher } from '../../src/activities/event-publisher.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import type { EventTopicOptions } from '../../src/client/options.ts';
import type { PublisherSettings } from '../../src/common/protocol/publish.ts';
import type { EventTopicDefinition } from '../../src/event-topic.ts';
import { type TopicPublisher, topicActivities } from '../../src/worker/topic-activities.ts';
import { Customer } from './customer.ts';

/** What a test of the publisher workflow works with. */
export interface Rig {
  readonly topic: EventTopic<typeof Customer.event>;
  readonly taskQueue: string;
}

export interface RigOptions {
  readonly settings?: Partial<PublisherSettings>;
  readonly worker?: Partial<WorkerOptions>;
  /** The topic. Default: Customer. */
  readonly definition?: EventTopicDefinition<typeof Customer.event>;
  /** What the worker does with the topic beyond publishing it. */
  readonly target?: Partial<TopicPublisher>;
  readonly client?: Partial<EventTopicOptions>;
}

/** Runs `test` against a worker of its own task queue that publishes the topic Customer through `publisher`. */
export async function withWorker(
  env: TestWorkflowEnvironment,
  publisher: EventPublisher,
  test: (rig: Rig) => Promise<void>,
  options: RigOptions = {},
): Promise<void> {
  const rig = createRig(env, options);
  const { definition, target } = options;
  const worker = await createTestWorker(
    env,
    { ...target, ...(definition ? { topic: definition } : {}), publisher },
    { ...options.worker, taskQueue: rig.taskQueue },
  );
  await worker.runUntil(test(rig));
}

/** A client and the name of its task queue, without a worker. */
export function createRig(env: TestWorkflowEnvironment, options: RigOptions = {}): Rig {
  const { settings, definition = Customer, client } = options;
  const taskQueue = `test-${randomUUID()}`;
  return {
    taskQueue,
    topic: new EventTopic(definition, { client: env.client, taskQueue, settings, ...client }),
  };
}

export async function createTestWorker(
  env: TestWorkflowEnvironment,
  target: EventPublisher | (Partial<TopicPublisher> & { readonly publisher: EventPublisher }),
  options: Partial<WorkerOptions> & { taskQueue: string },
): Promise<Worker> {
  const published = 'publisher' in target ? target : { publisher: target };
  return Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace,
    workflowBundle: { codePath: inject('workflowBundle') },
    maxCachedWorkflows: Number(process.env['MAX_CACHED_WORKFLOWS'] ?? 100),
    // The same sandbox in the tests' own thread, as in the SDK's replays: a thread for each of these workers is 0.4 s of CPU. Tests of processes, and of
    // `createEventTopicWorker`, have it.
    debugMode: true,
    activities: topicActivities([{ topic: Customer, ...published } as TopicPublisher]),
    ...options,
  });
}

/** Waits, in real time, until `check` is true. */
export async function until(check: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let delayMs = 10; ; ) {
    const result = check();
    if (await result) return;
    if (Date.now() > deadline) throw new Error(`Not reached within ${timeoutMs} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    // One that asks Temporal is work for server and worker: a hundred times a second it would be most of what they do.
    if (typeof result !== 'boolean') delayMs = Math.min(2 * delayMs, 100);
  }
}
