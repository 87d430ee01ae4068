import { PublishCommand } from '@aws-sdk/client-sns';
import { createSnsClient } from '../../sns-client.ts';
import { snsMessage } from '../../sns-message.ts';
import type { BenchMessage, Setting } from '../../types.ts';

export interface PublishOne {
  publishOne(message: BenchMessage): Promise<void>;
}

export function createActivities({ endpoint, topic, topicArn }: Setting): PublishOne {
  const sns = createSnsClient(endpoint);
  return {
    publishOne: async (message) => {
      await sns.send(new PublishCommand(snsMessage(topic, topicArn, message)));
    },
  };
}
