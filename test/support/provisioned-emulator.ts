import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll } from 'vitest';
import { applyLocally } from '../../infra/local.ts';

export interface ProvisionedEmulator {
  readonly endpoint: string;
  /** SNS topic ARN by aggregate name. */
  readonly eventTopics: Record<string, string>;
  /** Queue URL by collector name. */
  readonly collectors: Record<string, string>;
}

/** Starts an emulator with the topology of `infra/index.ts`, while the tests of this `describe` run. */
export function useProvisionedEmulator(): ProvisionedEmulator {
  const running = {} as { -readonly [Key in keyof ProvisionedEmulator]: ProvisionedEmulator[Key] };
  let stop: () => Promise<void> = async () => {};
  beforeAll(async () => {
    const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
    stop = () => emulator.stop();
    const endpoint = `http://127.0.0.1:${emulator.port}`;
    Object.assign(running, { endpoint, ...(await applyLocally({ endpoint, log: () => {} })) });
  });
  afterAll(() => stop());
  return running;
}

/** Receives and deletes until `count` messages have come, and then once more, to see that there are no others. */
export async function receiveAll(endpoint: string, QueueUrl: string, count: number): Promise<Message[]> {
  const sqs = new SQSClient({ endpoint });
  const received: Message[] = [];
  const deadline = Date.now() + 30_000;
  for (let isLast = false; !isLast && Date.now() < deadline; ) {
    isLast = received.length >= count;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: isLast ? 0 : 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    received.push(...Messages);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  sqs.destroy();
  return received;
}
