import { PublishBatchCommand } from '@aws-sdk/client-sns';
import { messageOf } from './load.ts';
import { createSnsClient } from './sns-client.ts';
import { snsMessage } from './sns-message.ts';

/** What is in a queue. */
export interface Fill {
  /** Of the aggregates' ids. */
  readonly prefix: string;
  readonly aggregates: number;
  readonly eventsPerAggregate: number;
}

/** Name of the topic, which every message carries. */
export const TOPIC = 'Bench';

/** SNS: entries of a call, at most. */
const BATCH = 10;

export function messagesOf({ aggregates, eventsPerAggregate }: Fill): number {
  return aggregates * eventsPerAggregate;
}

/** Publishes as this project's worker does: the first events of all aggregates, then the second ones … */
export async function fillQueue(endpoint: string, topicArn: string, fill: Fill): Promise<void> {
  const sns = createSnsClient(endpoint);
  const ids = Array.from({ length: fill.aggregates }, (_, index) => `${fill.prefix}-${index}`);
  for (let number = 1; number <= fill.eventsPerAggregate; number += 1) {
    const entries = ids.map((id, index) => {
      const { TopicArn, ...entry } = snsMessage(TOPIC, topicArn, messageOf(id, number));
      return { Id: String(index % BATCH), ...entry };
    });
    const calls = Array.from({ length: Math.ceil(entries.length / BATCH) }, (_, call) =>
      entries.slice(call * BATCH, (call + 1) * BATCH),
    );
    await Promise.all(
      calls.map(async (batch) => {
        const command = new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: batch });
        const { Failed = [] } = await sns.send(command);
        if (Failed.length > 0) throw new Error(`The queue could not be filled: ${Failed[0]?.Message}`);
      }),
    );
  }
  sns.destroy();
}
