import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { EventMessage } from '../../../src/common/message.ts';

const PATIENCE_MS = 20_000;

/** Takes messages from a queue until so many have come, and then looks once more, to see that there are no others. */
export async function takeEvents(
  sqs: SQSClient,
  QueueUrl: string,
  count: number,
): Promise<readonly EventMessage[]> {
  const taken: EventMessage[] = [];
  const deadline = Date.now() + PATIENCE_MS;
  for (let isLast = false; !isLast && Date.now() < deadline; ) {
    isLast = taken.length >= count;
    const WaitTimeSeconds = isLast ? 0 : 1;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      taken.push(JSON.parse(Body) as EventMessage);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return taken;
}

/** The queue in which SQS, and a collector, set aside what cannot be handled. */
export async function deadLetterQueueOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  const { deadLetterTargetArn } = JSON.parse(Attributes['RedrivePolicy'] ?? '{}') as {
    deadLetterTargetArn: string;
  };
  const QueueName = deadLetterTargetArn.split(':').at(-1);
  const { QueueUrl: url = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return url;
}

/** How many messages are in a queue. */
export class QueueDepth {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;

  constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  waiting(): Promise<number> {
    return this.#count('ApproximateNumberOfMessages');
  }

  hidden(): Promise<number> {
    return this.#count('ApproximateNumberOfMessagesNotVisible');
  }

  async #count(
    name: 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible',
  ): Promise<number> {
    const { Attributes } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: [name] }),
    );
    return Number(Attributes?.[name]);
  }
}
