// Awaited calls of the SDK, in a process that is as new as a worker's.
import { PublishCommand } from '@aws-sdk/client-sns';
import { serve } from '../../child.ts';
import { nowMs } from '../../clock.ts';
import { createSnsClient } from '../../sns-client.ts';
import { snsMessage } from '../../sns-message.ts';
import type { BenchMessage, Setting } from '../../types.ts';
import { usageOfThisProcess } from '../../usage.ts';

const { topic, topicArn, endpoint } = JSON.parse(process.env['BENCH_DIRECT'] ?? '') as Setting;
const sns = createSnsClient(endpoint);

const answers = {
  usage: usageOfThisProcess,
  /** Publishes one after the other; says when each was accepted. */
  publish: async (messages: readonly BenchMessage[]): Promise<readonly number[]> => {
    const acceptedAt: number[] = [];
    for (const message of messages) {
      await sns.send(new PublishCommand(snsMessage(topic, topicArn, message)));
      acceptedAt.push(nowMs());
    }
    return acceptedAt;
  },
};

export type DirectProcess = typeof answers;

serve(answers);
