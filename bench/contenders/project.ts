import { defineEventTopic } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { Child } from '../child.ts';
import { BenchEventSchema } from '../event-schema.ts';
import { connectClient } from '../temporal-client.ts';
import { costsOf } from '../temporal-costs.ts';
import type { Contender, Session, Setting } from '../types.ts';
import type { WorkerProcess, WorkerSetting } from './worker-process.ts';

/** This project, a publisher workflow for each aggregate. */
export const perAggregate: Contender = {
  name: 'per-aggregate',
  description: 'This project, a publisher workflow for each aggregate (its default)',
  keepsOrder: true,
  start: (setting) => startProject(setting, {}),
};

/** This project, eight publisher workflows. */
export const partitioned: Contender = {
  name: 'partitions-8',
  description: 'This project, aggregates share eight publisher workflows',
  keepsOrder: true,
  start: (setting) => startProject(setting, { partitions: 8 }),
};

export interface Layout {
  /** Default: a publisher for each aggregate. */
  readonly partitions?: number | undefined;
  /** Default: the package's own, ten minutes. */
  readonly lingerMs?: number;
}

/** This project with one worker. */
export async function startProject(setting: Setting, { partitions, lingerMs }: Layout): Promise<Session> {
  const { topic: name, temporalAddress, profileFolder } = setting;
  const taskQueue = `${name}-queue`;
  const env = { BENCH_WORKER: JSON.stringify({ ...setting, taskQueue } satisfies WorkerSetting) };
  const worker = await Child.start<WorkerProcess>('contenders/project/worker.ts', { env, profileFolder });
  const client = await connectClient(temporalAddress);
  const definition = defineEventTopic({
    name,
    event: BenchEventSchema,
    ...(partitions === undefined ? {} : { partitions }),
  });
  const settings = lingerMs === undefined ? {} : { settings: { lingerMs } };
  const topic = new EventTopic(definition, { client, taskQueue, ...settings });
  return {
    publish: async (messages, accepted) => {
      await topic.publish(messages);
      for (const message of messages) accepted(message);
    },
    usage: () => worker.ask('usage'),
    costs: () => costsOf(client, taskQueue),
    stop: async () => {
      await worker.stop();
      await client.connection.close();
    },
  };
}
