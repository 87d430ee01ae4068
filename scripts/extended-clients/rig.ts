import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { SnsFifoPublisher } from '../../src/activities/publishers/sns-fifo-publisher.ts';
import { S3ClaimCheck } from '../../src/claim-check/s3-claim-check.ts';
import { uploadBodies } from '../../src/common/offload.ts';
import type { LargeMessage } from './messages.ts';

/** An SNS FIFO topic, and SQS FIFO queues that get its messages by raw delivery. */
export interface TopicWithQueues {
  readonly topicArn: string;
  readonly queueUrls: readonly string[];
}

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const REGION = 'us-east-1';

/** SNS, SQS and S3 in this process. */
export class Rig {
  /** For the extended clients to write to. */
  readonly bucket = 'written';
  readonly #server: FauxqsServer;
  readonly #endpoint: string;
  readonly #sns: SNSClient;
  readonly #sqs: SQSClient;
  readonly #s3: S3Client;
  readonly #buckets = new Set<string>();
  #topics = 0;

  private constructor(server: FauxqsServer) {
    this.#server = server;
    this.#endpoint = `http://127.0.0.1:${server.port}`;
    const config = { endpoint: this.#endpoint, region: REGION, credentials: CREDENTIALS };
    this.#sns = new SNSClient(config);
    this.#sqs = new SQSClient(config);
    this.#s3 = new S3Client({ ...config, forcePathStyle: true });
    this.claimCheck(this.bucket);
  }

  static async start(): Promise<Rig> {
    return new Rig(await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' }));
  }

  /** For the programs: where the emulator is, and nothing of a real AWS. */
  get env(): NodeJS.ProcessEnv {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
    return {
      ...Object.fromEntries(others),
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      NO_PROXY: '127.0.0.1,localhost',
      ENDPOINT: this.#endpoint,
      BUCKET: this.bucket,
    };
  }

  createTopic({ queues }: { readonly queues: number }): TopicWithQueues {
    this.#topics += 1;
    const topic = `topic-${this.#topics}.fifo`;
    const { topicArn } = this.#server.createTopic(topic, { attributes: { FifoTopic: 'true' } });
    const queueUrls = Array.from({ length: queues }, (_, index) => {
      const queue = `queue-${this.#topics}-${index}.fifo`;
      const { queueUrl } = this.#server.createQueue(queue, { attributes: { FifoQueue: 'true' } });
      this.#server.subscribe({ topic, queue, attributes: { RawMessageDelivery: 'true' } });
      return queueUrl;
    });
    return { topicArn, queueUrls };
  }

  claimCheck(bucket: string): S3ClaimCheck {
    if (!this.#buckets.has(bucket)) this.#server.createBucket(bucket);
    this.#buckets.add(bucket);
    return new S3ClaimCheck({ bucket, client: this.#s3 });
  }

  /** As this package does it: the body first, then the pointer. */
  async publish({ topic, bucket, upload }: LargeMessage, topicArn: string): Promise<void> {
    await uploadBodies([upload], this.claimCheck(bucket));
    const publisher = new SnsFifoPublisher({ topicArn, client: this.#sns });
    const [result] = await publisher.publish(topic, [upload.entry], AbortSignal.timeout(10_000));
    if (result?.ok !== true) throw new Error(`The message was not published: ${JSON.stringify(result)}`);
  }

  /** The one message of a queue, as it is. */
  async receive(queueUrl: string): Promise<Message> {
    const received = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ['All'] }),
    );
    const [message] = received.Messages ?? [];
    if (message === undefined) throw new Error(`Nothing came to ${queueUrl}`);
    return message;
  }

  /** Key and text of the one object in `bucket`, which is taken out. */
  async takeObject(): Promise<{ readonly key: string; readonly object: string }> {
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command({ Bucket: this.bucket }));
    const [key] = Contents.map(({ Key = '' }) => Key);
    if (key === undefined || Contents.length > 1) throw new Error(`${Contents.length} objects were written`);
    const object = await this.claimCheck(this.bucket).get({ bucket: this.bucket, key });
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
    return { key, object };
  }

  async stop(): Promise<void> {
    for (const client of [this.#sns, this.#sqs, this.#s3]) client.destroy();
    await this.#server.stop();
  }
}
