// What the examples run on: Temporal, SNS, SQS and S3 on this machine, and a worker. Everything ends with the example.
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DefaultLogger, makeTelemetryFilterString, Runtime, type Worker } from '@temporalio/worker';
import { startFauxqs } from 'fauxqs';
import { startTemporalDevServer } from 'temporal-event-topic/testing';
import { createEventTopicWorker, type EventTopicWorkerOptions } from 'temporal-event-topic/worker';

/** An SNS topic, and a queue that gets what is published to it. */
export interface TopicWithQueue {
  readonly topicArn: string;
  readonly queueUrl: string;
}

/** Starts the servers. With `await using` they end with the program. */
export async function startSystem() {
  quiet();
  const temporal = await startTemporalDevServer();
  const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const aws = awsClients(`http://127.0.0.1:${emulator.port}`);
  const stops: (() => Promise<unknown>)[] = [() => temporal.teardown(), () => emulator.stop()];
  const run = (worker: Worker): void => {
    const running = worker.run();
    stops.push(() => {
      worker.shutdown();
      return running;
    });
  };
  return {
    ...aws,
    /** Of Temporal, as is the connection, which is a worker's. */
    client: temporal.client,
    connection: temporal.nativeConnection,
    /** Tells how many requests a client has made since. */
    countRequests,
    createBucket: (name: string) => emulator.createBucket(name).bucketName,
    createQueue: (name: string) => emulator.createQueue(name, fifo(name, 'FifoQueue')).queueUrl,
    /** FIFO when the name ends in `.fifo`, as in AWS. */
    createTopic(name: string): TopicWithQueue {
      const { topicArn } = emulator.createTopic(name, fifo(name, 'FifoTopic'));
      const { queueUrl } = emulator.createQueue(name, fifo(name, 'FifoQueue'));
      emulator.subscribe({ topic: name, queue: name, attributes: { RawMessageDelivery: 'true' } });
      return { topicArn, queueUrl };
    },
    /** Lets a worker run until the program ends. */
    run,
    /** Creates a worker and lets it run. */
    runWorker: async (options: EventTopicWorkerOptions): Promise<void> =>
      run(await createEventTopicWorker({ connection: temporal.nativeConnection, ...options })),
    /** Waits for that many messages in a queue, and takes them out. */
    receive: (queueUrl: string, count: number) => receive(aws.sqs, queueUrl, count),
    async [Symbol.asyncDispose](): Promise<void> {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

/** Waits until something is so. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function receive(sqs: SQSClient, QueueUrl: string, count: number): Promise<Message[]> {
  const received: Message[] = [];
  while (received.length < count) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );
    for (const message of Messages) {
      received.push(message);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }
  return received;
}

function countRequests({ middlewareStack }: SNSClient): () => number {
  let requests = 0;
  middlewareStack.add((next) => (request) => {
    requests += 1;
    return next(request);
  });
  return () => requests;
}

// Credentials that no AWS accepts: nothing here leaves this machine.
function awsClients(endpoint: string): { sns: SNSClient; sqs: SQSClient; s3: S3Client } {
  const options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  return {
    sns: new SNSClient(options),
    sqs: new SQSClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
  };
}

function fifo(name: string, attribute: string): { attributes: Record<string, string> } {
  return { attributes: name.endsWith('.fifo') ? { [attribute]: 'true' } : {} };
}

/** Only the example itself speaks. */
function quiet(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
}
