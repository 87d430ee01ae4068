import { connectClient } from '../temporal-client.ts';
import { costsOf } from '../temporal-costs.ts';
import type { Contender, Session, Setting } from '../types.ts';
import type { publishEvent } from '../workflows.ts';
import { startPlainWorker } from './plain-worker.ts';

/** The naive design: a workflow of one activity for each event. */
export const workflowPerEvent: Contender = {
  name: 'workflow-per-event',
  description:
    'A Temporal workflow of one activity per event; its caller waits for the result before the next event of an aggregate',
  keepsOrder: true,
  start,
};

async function start(setting: Setting): Promise<Session> {
  const taskQueue = `${setting.topic}-queue`;
  const worker = await startPlainWorker(setting, taskQueue);
  const client = await connectClient(setting.temporalAddress);
  return {
    publish: async (messages, accepted) => {
      for (const message of messages) {
        const workflowId = `${setting.topic}/${message.meta.msgId}`;
        const handle = await client.workflow.start<typeof publishEvent>('publishEvent', {
          workflowId,
          taskQueue,
          args: [message],
        });
        accepted(message);
        await handle.result();
      }
    },
    usage: () => worker.ask('usage'),
    costs: () => costsOf(client, taskQueue),
    stop: async () => {
      await worker.stop();
      await client.connection.close();
    },
  };
}
