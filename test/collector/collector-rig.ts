import { randomUUID } from 'node:crypto';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll } from 'vitest';
import { toAwsAttributes } from '../../src/activities/publishers/aws-message.ts';
import { messageDeduplicationId, messageGroupId } from '../../src/common/ids.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { toWireMessage, type WireMessage } from '../../src/common/wire-format.ts';

const REGION = 'us-east-1';

/** A queue that is subscribed to topics, as the infra component would make it. */
export interface Subscribed {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Publishes an event as the worker does. */
  publish(topic: string, message: EventMessage, eventType?: string): Promise<void>;
  /** Publishes anything. */
  publishRaw(wire: WireMessage, group: string): Promise<void>;
}

/** An emulator of SNS and SQS while the tests of this file run. */
export class CollectorRig {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly #server: FauxqsServer;

  private constructor(server: FauxqsServer) {
    const endpoint = `http://127.0.0.1:${server.port}`;
    this.#server = server;
    this.sqs = new SQSClient({ region: REGION, endpoint });
    this.sns = new SNSClient({ region: REGION, endpoint });
  }

  static async start(): Promise<CollectorRig> {
    return new CollectorRig(await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' }));
  }

  async stop(): Promise<void> {
    this.sqs.destroy();
    this.sns.destroy();
    await this.#server.stop();
  }

  subscribe({ raw = true, visibilitySeconds = 30 } = {}): Subscribed {
    const name = `q-${randomUUID().slice(0, 8)}.fifo`;
    const fifo = { FifoQueue: 'true', VisibilityTimeout: String(visibilitySeconds) };
    const { topicArn } = this.#server.createTopic(name, { attributes: { FifoTopic: 'true' } });
    const { queueUrl } = this.#server.createQueue(name, { attributes: fifo });
    const { queueUrl: deadLetterQueueUrl } = this.#server.createQueue(`dead-${name}`, { attributes: fifo });
    this.#server.subscribe({ topic: name, queue: name, attributes: { RawMessageDelivery: String(raw) } });
    const publishRaw = async ({ body, attributes }: WireMessage, group: string): Promise<void> => {
      const entry = {
        Id: '1',
        Message: body,
        MessageAttributes: toAwsAttributes(attributes),
        MessageGroupId: messageGroupId(group),
        MessageDeduplicationId: messageDeduplicationId(randomUUID()),
      };
      await this.sns.send(
        new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: [entry] }),
      );
    };
    const publish = (topic: string, message: EventMessage, eventType?: string): Promise<void> =>
      publishRaw(toWireMessage(topic, { message, ...(eventType ? { eventType } : {}) }), message.id);
    return { queueUrl, deadLetterQueueUrl, publish, publishRaw };
  }

  async createStandardQueue(): Promise<string> {
    const { QueueUrl = '' } = await this.sqs.send(
      new CreateQueueCommand({ QueueName: `q-${randomUUID().slice(0, 8)}` }),
    );
    return QueueUrl;
  }

  /** Messages in the queue: visible, and lent to somebody. */
  async depth(queueUrl: string): Promise<{ readonly visible: number; readonly lent: number }> {
    const { Attributes = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    );
    return {
      visible: Number(Attributes['ApproximateNumberOfMessages']),
      lent: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
    };
  }
}

export function useCollectorRig(): { readonly rig: CollectorRig } {
  let rig: CollectorRig | undefined;
  beforeAll(async () => {
    rig = await CollectorRig.start();
  });
  afterAll(() => rig?.stop());
  return {
    get rig(): CollectorRig {
      if (rig === undefined) throw new Error('The emulator runs in hooks and tests only');
      return rig;
    },
  };
}
export { CapturedLog } from '../support/collector-log.ts';
