import { defineEventTopic } from 'temporal-event-topic';
import { publisherOf } from '../../src/client/publish/publisher-ref.ts';
import { PUBLISH_SIGNAL, PUBLISHER_WORKFLOW } from '../../src/common/names.ts';
import type { PublishRequest } from '../../src/common/protocol/publish.ts';
import { BenchEventSchema } from '../event-schema.ts';
import { connectClient } from '../temporal-client.ts';
import type { BenchMessage, Contender, Session, Setting } from '../types.ts';
import { startPlainWorker } from './plain-worker.ts';

/**
 * What the client and the server make possible for `per-aggregate`: its calls, and nothing else. A worker takes the signals, because no publisher can do
 * without the workflow tasks in which they are taken, and the server that makes them shares its cores with the callers; what it has not taken by the
 * last answer is not waited for.
 */
export const bareSignal: Contender = {
  name: 'bare-signal',
  description:
    "A signalWithStart per call, with this project's workflow type, names and bytes, to a workflow that takes signals and does nothing; nothing is published",
  keepsOrder: true,
  publishes: false,
  start,
};

async function start(setting: Setting): Promise<Session> {
  const taskQueue = `${setting.topic}-queue`;
  const worker = await startPlainWorker(setting, taskQueue);
  const client = await connectClient(setting.temporalAddress);
  const topic = defineEventTopic({ name: setting.topic, event: BenchEventSchema });
  return {
    publish: async (messages, accepted) => {
      const [{ id } = { id: '' }] = messages;
      const { workflowId, input, summary } = publisherOf(topic, id, undefined);
      await client.workflow.signalWithStart(PUBLISHER_WORKFLOW, {
        workflowId,
        taskQueue,
        args: [input],
        signal: PUBLISH_SIGNAL,
        signalArgs: [requestOf(messages)],
        staticSummary: summary,
      });
      for (const message of messages) accepted(message);
    },
    stop: async () => {
      await worker.stop();
      await client.connection.close();
    },
  };
}

/** What this project's client sends for a call. */
function requestOf(messages: readonly BenchMessage[]): PublishRequest {
  const handedOverAt = Date.now();
  return { entries: messages.map((message) => ({ message, eventType: message.event.type, handedOverAt })) };
}
