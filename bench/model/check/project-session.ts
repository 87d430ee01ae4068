import { defineEventTopic } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { Child } from '../../child.ts';
import type { WorkerProcess, WorkerSetting } from '../../contenders/worker-process.ts';
import { BenchEventSchema } from '../../event-schema.ts';
import { connectClient } from '../../temporal-client.ts';
import { costsOf } from '../../temporal-costs.ts';
import type { Session, Setting } from '../../types.ts';

export interface Layout {
  /** Default: a publisher for each aggregate. */
  readonly partitions?: number | undefined;
  /** Default: the package's own, ten minutes. */
  readonly lingerMs?: number;
}

/** This project with one worker, as the contenders have it, but for any number of partitions and any linger time. */
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
  const options = lingerMs === undefined ? {} : { settings: { lingerMs } };
  const topic = new EventTopic(definition, { client, taskQueue, ...options });
  return {
    publish: async (messages, accepted) => {
      await topic.publish(messages);
      messages.forEach(accepted);
    },
    usage: () => worker.ask('usage'),
    costs: () => costsOf(client, taskQueue),
    stop: async () => {
      await worker.stop();
      await client.connection.close();
    },
  };
}
