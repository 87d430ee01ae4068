// The two EventCollectors of the demo: a read model and a side effect, each with a queue of its own.
import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import type { EventMessage } from 'temporal-event-topic';

/** What a collector received of one aggregate, in the order of arrival. */
export type Received = Map<string, string[]>;

export interface Collector {
  readonly name: string;
  /** msgIds by `<topic>/<aggregate id>`. */
  readonly received: Received;
  stop(): void;
}

/** Called for every event that the collector has handled. */
export type OnReceived = (topic: string, message: EventMessage) => void;

export interface CollectorOptions {
  readonly name: string;
  readonly queueUrl: string;
  readonly endpoint: string;
  readonly onReceived: OnReceived;
}

export function startCollector({ name, queueUrl, endpoint, onReceived }: CollectorOptions): Collector {
  const received: Received = new Map();
  const sqs = new SQSClient({ endpoint });
  const consumer = Consumer.create({
    queueUrl,
    sqs,
    batchSize: 10,
    waitTimeSeconds: 1,
    messageAttributeNames: ['aggregate'],
    // It handles one batch after the other, in order; that is what a FIFO queue wants.
    suppressFifoWarning: true,
    handleMessageBatch: async (messages) => {
      for (const message of messages) {
        const [topic, event] = decode(message);
        const key = `${topic}/${event.id}`;
        received.set(key, [...(received.get(key) ?? []), event.meta.msgId]);
        onReceived(topic, event);
      }
      return messages;
    },
  });
  consumer.on('error', (error) => {
    if (!consumer.status.isRunning) return;
    console.error(`${name}: ${error.message}`);
  });
  consumer.start();
  return {
    name,
    received,
    stop: () => {
      consumer.stop({ abort: true });
      sqs.destroy();
    },
  };
}

// Raw delivery: the body is the message, the attributes are those that SNS got.
function decode({ Body = '', MessageAttributes }: Message): [topic: string, message: EventMessage] {
  return [MessageAttributes?.['aggregate']?.StringValue ?? '', JSON.parse(Body) as EventMessage];
}
