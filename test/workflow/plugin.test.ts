import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { EventTopicPlugin } from '../../src/plugin.ts';
import { Customer, renames } from '../support/customer.ts';
import { until } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

describe("a user's own worker with the plugin", () => {
  const temporal = useTemporalDevServer();

  it('publishes, and keeps its own workflows, activities and interceptors', async () => {
    const taskQueue = `plugin-${randomUUID()}`;
    const publisher = new InMemoryPublisher();
    const intercepted: string[] = [];
    const worker = await Worker.create({
      connection: temporal.env.nativeConnection,
      taskQueue,
      workflowsPath: join(import.meta.dirname, '../support/user-worker/workflows.ts'),
      activities: { greet: async (name: string) => `hello ${name}` },
      interceptors: {
        activity: [
          ({ info }) => ({
            inbound: {
              execute: (input, next) => {
                intercepted.push(info.activityType);
                return next(input);
              },
            },
          }),
        ],
      },
      plugins: [new EventTopicPlugin({ topics: [{ topic: Customer, publisher }] })],
    });

    await worker.runUntil(async () => {
      const client = temporal.env.client;
      const options = { taskQueue, workflowId: `welcome-${taskQueue}`, args: ['ada'] };
      expect(await client.workflow.execute('welcome', options)).toBe('hello ada');
      await new EventTopic(Customer, { client, taskQueue }).publish(renames('a', 1, 2));
      await until(() => publisher.messages.length === 2);
    });

    expect(new Set(intercepted)).toEqual(new Set(['greet', 'eventTopicPublishEvents']));
  });
});
