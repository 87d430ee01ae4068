import type * as snsSdk from '@aws-sdk/client-sns';
import type * as sqsSdk from '@aws-sdk/client-sqs';
import type { CleanUps } from './clean-ups.ts';
import { loadFauxqs } from './load-fauxqs.ts';
import { loadPeer } from './load-peer.ts';

/** A FIFO topic, and the queue that gets its messages by raw delivery. */
export interface TopicWithQueue {
  readonly topicArn: string;
  readonly queueUrl: string;
}

// No AWS accepts them: whatever goes wrong, nothing of a test reaches a real account.
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const REGION = 'us-east-1';

interface Sdk {
  readonly sns: typeof snsSdk;
  readonly sqs: typeof sqsSdk;
}

/** SNS and SQS in this process. It proves wiring: it is not AWS. */
export class Emulator {
  readonly sns: snsSdk.SNSClient;
  readonly #sqs: sqsSdk.SQSClient;
  readonly #sdk: Sdk;

  private constructor(sdk: Sdk, endpoint: string) {
    const options = { endpoint, region: REGION, credentials: CREDENTIALS };
    this.sns = new sdk.sns.SNSClient(options);
    this.#sqs = new sdk.sqs.SQSClient(options);
    this.#sdk = sdk;
  }

  static async start(cleanUps: CleanUps): Promise<Emulator> {
    const sdk = await loadAwsSdk();
    const { startFauxqs } = await loadFauxqs();
    const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
    cleanUps.add(() => server.stop());
    const emulator = new Emulator(sdk, `http://127.0.0.1:${server.port}`);
    cleanUps.add(() => emulator.#disconnect());
    return emulator;
  }

  /** Creates what a deployment would create for a topic with one collector. */
  async createTopicWithQueue(topic: string): Promise<TopicWithQueue> {
    const { CreateTopicCommand, SubscribeCommand } = this.#sdk.sns;
    const { CreateQueueCommand, GetQueueAttributesCommand } = this.#sdk.sqs;
    const { TopicArn = '' } = await this.sns.send(
      new CreateTopicCommand({ Name: `${topic}EventTopic.fifo`, Attributes: { FifoTopic: 'true' } }),
    );
    const { QueueUrl = '' } = await this.#sqs.send(
      new CreateQueueCommand({ QueueName: `${topic}-test.fifo`, Attributes: { FifoQueue: 'true' } }),
    );
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const raw = { RawMessageDelivery: 'true' };
    await this.sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes.QueueArn, Attributes: raw }),
    );
    return { topicArn: TopicArn, queueUrl: QueueUrl };
  }

  /** Receives and deletes what is in the queue, or comes within a second: bodies. */
  async receive(QueueUrl: string): Promise<readonly string[]> {
    const { ReceiveMessageCommand, DeleteMessageCommand } = this.#sdk.sqs;
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { ReceiptHandle } of Messages)
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.map(({ Body = '' }) => Body);
  }

  #disconnect(): void {
    this.sns.destroy();
    this.#sqs.destroy();
  }
}

async function loadAwsSdk(): Promise<Sdk> {
  const sns = await loadPeer('@aws-sdk/client-sns', () => import('@aws-sdk/client-sns'));
  const sqs = await loadPeer('@aws-sdk/client-sqs', () => import('@aws-sdk/client-sqs'));
  return { sns, sqs };
}
