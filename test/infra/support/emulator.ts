import { SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';

export interface TestEmulator {
  readonly endpoint: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  /** Receives and deletes until `count` messages were there; fewer if none comes for a second. */
  take(queueUrl: string, count: number): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startEmulator(): Promise<TestEmulator> {
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const sns = new SNSClient(config);
  const sqs = new SQSClient(config);
  return {
    endpoint,
    sns,
    sqs,
    take: (queueUrl, count) => take(sqs, queueUrl, count),
    async stop() {
      sns.destroy();
      sqs.destroy();
      await server.stop();
    },
  };
}

async function take(sqs: SQSClient, QueueUrl: string, count: number): Promise<string[]> {
  const bodies: string[] = [];
  while (bodies.length < count) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) break;
    for (const { Body, ReceiptHandle } of Messages) {
      bodies.push(String(Body));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return bodies;
}
