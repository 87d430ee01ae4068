// Stands for SNS and SQS, in a process of its own: fauxqs, and a look into its queues.
import { startFauxqs } from 'fauxqs';
import { serve } from './child.ts';
import { type Usage, usageOfThisProcess } from './usage.ts';

const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });

/** A queue, and the topic to which it is subscribed. */
export interface EmulatedQueue {
  readonly queueUrl: string;
  readonly topicArn: string;
}

const answers = {
  endpoint: (): string => `http://127.0.0.1:${server.port}`,
  createQueue: (name: string): EmulatedQueue => {
    const { topicArn } = server.createTopic(name, { attributes: { FifoTopic: 'true' } });
    const { queueUrl } = server.createQueue(name, { attributes: { FifoQueue: 'true' } });
    server.subscribe({ topic: name, queue: name, attributes: { RawMessageDelivery: 'true' } });
    return { queueUrl, topicArn };
  },
  /** How many messages are in it, those included that are lent to somebody. */
  depth: (name: string): number => {
    const { ready, delayed, inflight } = server.inspectQueue(name)?.messages ?? {};
    return (ready?.length ?? 0) + (delayed?.length ?? 0) + (inflight?.length ?? 0);
  },
  usage: (): Usage => usageOfThisProcess(),
  deleteQueue: (name: string): void => {
    server.deleteTopic(name);
    server.deleteQueue(name);
  },
};

export type SqsEmulator = typeof answers;

serve(answers);
