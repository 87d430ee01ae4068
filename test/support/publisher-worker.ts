import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { inject } from 'vitest';
import type { EventPublisher } from '../../src/activities/event-publisher.ts';
import { createPublishActivities } from '../../src/activities/publish-events.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import type { PublisherSettings } from '../../src/common/publisher-protocol.ts';
import { Customer } from './customer.ts';

/** What a test of the publisher workflow works with. */
export interface Rig {
  readonly topic: EventTopic<typeof Customer.event>;
  readonly taskQueue: string;
}

export interface RigOptions {
  readonly settings?: Partial<PublisherSettings>;
  readonly worker?: Partial<WorkerOptions>;
}

/** Runs `test` against a worker of its own task queue that publishes the topic Customer through `publisher`. */
export async function withWorker(
  env: TestWorkflowEnvironment,
  publisher: EventPublisher,
  test: (rig: Rig) => Promise<void>,
  options: RigOptions = {},
): Promise<void> {
  const rig = createRig(env, options);
  const worker = await createTestWorker(env, publisher, { ...options.worker, taskQueue: rig.taskQueue });
  await worker.runUntil(test(rig));
}

/** A client and the name of its task queue, without a worker. */
export function createRig(env: TestWorkflowEnvironment, { settings }: RigOptions = {}): Rig {
  const taskQueue = `test-${randomUUID()}`;
  return { taskQueue, topic: new EventTopic(Customer, { client: env.client, taskQueue, settings }) };
}

export async function createTestWorker(
  env: TestWorkflowEnvironment,
  publisher: EventPublisher,
  options: Partial<WorkerOptions> & { taskQueue: string },
): Promise<Worker> {
  return Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace,
    workflowBundle: { codePath: inject('workflowBundle') },
    maxCachedWorkflows: Number(process.env['MAX_CACHED_WORKFLOWS'] ?? 100),
    activities: createPublishActivities(new Map([['Customer', publisher]])),
    ...options,
  });
}

/** Waits, in real time, until `check` is true. */
export async function until(check: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Not reached within ${timeoutMs} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
