import { randomUUID } from 'node:crypto';
import { ApplicationFailure, type WorkflowFailedError } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { FAILURE_TYPES, PUBLISHER_WORKFLOW } from '../../src/common/names.ts';
import { createEventTopicWorker, type EventTopicWorkerOptions } from '../../src/worker/create-worker.ts';
import { Customer, renamed } from '../support/customer.ts';
import { createTestWorker, until } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

describe('stack traces of publishers', () => {
  const temporal = useTemporalDevServer();

  /** What Temporal's UI would show of where an idle publisher waits. */
  async function stackTraceBy(worker: Worker, publisher: InMemoryPublisher): Promise<string> {
    const { client } = temporal.env;
    const { taskQueue } = worker.options;
    const id = `customer-${taskQueue}`;
    return worker.runUntil(async () => {
      await new EventTopic(Customer, { client, taskQueue }).publish([renamed(id, `${id}-1`)]);
      await until(() => publisher.messages.length === 1);
      return client.workflow.getHandle(publisherWorkflowId('Customer', id)).query<string>('__stack_trace');
    });
  }

  const worker = (publisher: InMemoryPublisher, options: Partial<EventTopicWorkerOptions>): Promise<Worker> =>
    createEventTopicWorker({
      connection: temporal.env.nativeConnection,
      taskQueue: `stack-traces-${randomUUID()}`,
      topics: [{ topic: Customer, publisher }],
      ...options,
    });

  it('are not collected by a worker of this package, for each costs as much as a promise does', async () => {
    const publisher = new InMemoryPublisher();
    expect(await stackTraceBy(await worker(publisher, {}), publisher)).not.toContain(' at ');
  });

  it('are, when they are asked for', async () => {
    const publisher = new InMemoryPublisher();
    const traces = await stackTraceBy(await worker(publisher, { workflowStackTraces: true }), publisher);
    expect(traces).toMatch(/ at PublisherRun\.run \(.*publisher\.ts:\d+/);
  });

  it('are not needed to say why a workflow failed', async () => {
    const taskQueue = `stack-traces-${randomUUID()}`;
    const own = await createTestWorker(temporal.env, new InMemoryPublisher(), { taskQueue });
    const run = temporal.env.client.workflow.execute(PUBLISHER_WORKFLOW, {
      taskQueue,
      workflowId: taskQueue,
      args: ['nonsense'],
    });
    const failure = await own.runUntil(run.catch((error: WorkflowFailedError) => error.cause));

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      type: FAILURE_TYPES.refused,
      message: expect.stringMatching(/^A publisher is started/),
    });
  });
});
