import { PublishCommand } from '@aws-sdk/client-sns';
import { Child } from '../child.ts';
import { createSnsClient } from '../sns-client.ts';
import { snsMessage } from '../sns-message.ts';
import type { BenchMessage, Contender, Session, Setting } from '../types.ts';
import type { DirectProcess } from './direct/process.ts';

/** Calls of the SDK without anything durable in between, one after the other for each aggregate. */
export const directAwaited: Contender = {
  name: 'direct-awaited',
  description:
    'The AWS SDK, one Publish per event, awaited in the order of the aggregate; nothing is durable',
  keepsOrder: true,
  start: (setting) =>
    startDirect(setting, async (messages, send) => {
      for (const message of messages) await send(message);
    }),
};

/**
 * The bound of what leaves one after the other, by a process that is as new as a worker's: the benchmark's own has made
 * thousands of calls in other workloads. Callers cross to it once for each call.
 */
export const directNewProcess: Contender = {
  name: 'direct-new-process',
  description: 'The same as direct-awaited, in a process as new as a worker’s',
  keepsOrder: true,
  start: startInNewProcess,
};

/** All events of a call at once, as Reventless does: SNS sees them in any order. */
export const directPromiseAll: Contender = {
  name: 'direct-promise-all',
  description: 'The AWS SDK, all events of a call at once with Promise.all; breaks order, nothing is durable',
  keepsOrder: false,
  start: (setting) =>
    startDirect(setting, async (messages, send) => {
      await Promise.all(messages.map(send));
    }),
};

type SendAll = (
  messages: readonly BenchMessage[],
  send: (message: BenchMessage) => Promise<void>,
) => Promise<void>;

function startDirect({ topic, topicArn, endpoint }: Setting, sendAll: SendAll): Promise<Session> {
  const sns = createSnsClient(endpoint);
  return Promise.resolve({
    publish: (messages, accepted) =>
      sendAll(messages, async (message) => {
        await sns.send(new PublishCommand(snsMessage(topic, topicArn, message)));
        accepted(message);
      }),
    stop: async () => sns.destroy(),
  });
}

async function startInNewProcess(setting: Setting): Promise<Session> {
  const child = await Child.start<DirectProcess>('contenders/direct/process.ts', {
    env: { BENCH_DIRECT: JSON.stringify(setting) },
    profileFolder: setting.profileFolder,
  });
  return {
    publish: async (messages, accepted) => {
      const acceptedAt = await child.ask('publish', messages);
      for (const [index, message] of messages.entries()) accepted(message, { atMs: acceptedAt[index] });
    },
    usage: () => child.ask('usage'),
    stop: () => child.stop(),
  };
}
