import { PublishCommand } from '@aws-sdk/client-sns';
import { createSnsClient } from '../sns-client.ts';
import { snsMessage } from '../sns-message.ts';
import type { BenchMessage, Contender, Session, Setting } from '../types.ts';

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
