import { SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll } from 'vitest';

const REGION = 'us-east-1';

/** An SNS topic and the queue that gets its messages by raw delivery. */
export interface TopicWithQueue {
  readonly topicArn: string;
  readonly queueUrl: string;
}

/** SNS and SQS in this process. It proves wiring: it is not AWS. */
export class Emulator {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly #server: FauxqsServer;
  #created = 0;

  private constructor(server: FauxqsServer) {
    const endpoint = `http://127.0.0.1:${server.port}`;
    this.#server = server;
    this.sns = new SNSClient({ region: REGION, endpoint });
    this.sqs = new SQSClient({ region: REGION, endpoint });
  }

  static async start(): Promise<Emulator> {
    return new Emulator(await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' }));
  }

  createTopicWithQueue({ fifo }: { readonly fifo: boolean }): TopicWithQueue {
    this.#created += 1;
    const name = `topic-${this.#created}${fifo ? '.fifo' : ''}`;
    const { topicArn } = this.#server.createTopic(name, { attributes: fifo ? { FifoTopic: 'true' } : {} });
    const { queueUrl } = this.#server.createQueue(name, { attributes: fifo ? { FifoQueue: 'true' } : {} });
    this.#server.subscribe({ topic: name, queue: name, attributes: { RawMessageDelivery: 'true' } });
    return { topicArn, queueUrl };
  }

  /** Receives and deletes whatever is in the queue. */
  async drain(queueUrl: string): Promise<readonly Message[]> {
    const messages: Message[] = [];
    for (;;) {
      const batch = await this.#receive(queueUrl);
      if (batch.length === 0) return messages;
      messages.push(...batch);
    }
  }

  async stop(): Promise<void> {
    this.sns.destroy();
    this.sqs.destroy();
    await this.#server.stop();
  }

  async #receive(queueUrl: string): Promise<readonly Message[]> {
    const { Messages = [] } = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    for (const { ReceiptHandle } of Messages) {
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
    return Messages;
  }
}

/** An emulator that runs while the tests of one file run. Usable in hooks and tests. */
export function useEmulator(): { readonly emulator: Emulator } {
  let running: Emulator | undefined;
  beforeAll(async () => {
    running = await Emulator.start();
  });
  afterAll(() => running?.stop());
  return {
    get emulator(): Emulator {
      if (running === undefined) throw new Error('The emulator runs in hooks and tests only');
      return running;
    },
  };
}
