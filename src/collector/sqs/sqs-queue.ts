import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { refusalAttributes } from '../../common/refusal-attributes.ts';
import type { QueuedMessage } from '../decode/queued-message.ts';
import type { MessageRefusal } from '../refusal.ts';
import type { ReceivedMessage } from './received-message.ts';

/** What a collector must know of its queue. */
export interface QueueFacts {
  readonly isFifo: boolean;
  readonly visibilitySeconds: number;
}

export interface RefusedMessage {
  readonly queued: QueuedMessage;
  readonly refusal: MessageRefusal;
}

/** SQS: attributes of a message. */
const MAX_ATTRIBUTES = 10;
const DELETE_ATTEMPTS = 3;

/** What a collector asks of SQS, beside receiving. */
export class SqsQueue {
  readonly url: string;
  readonly #client: Pick<SQSClient, 'send'>;

  constructor(client: Pick<SQSClient, 'send'>, url: string) {
    this.#client = client;
    this.url = url;
  }

  async facts(): Promise<QueueFacts> {
    // All: SQS refuses to be asked a standard queue for FifoQueue.
    const command = new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['All'] });
    const { Attributes } = await this.#client.send(command);
    return {
      isFifo: Attributes?.['FifoQueue'] === 'true',
      visibilitySeconds: Number(Attributes?.['VisibilityTimeout'] ?? 30),
    };
  }

  /** At most ten. Resolves with those that are not deleted, and come again. */
  async delete(messages: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> {
    let left = messages;
    for (let attempt = 1; left.length > 0 && attempt <= DELETE_ATTEMPTS; attempt += 1) {
      const { Failed = [] } = await this.#client.send(
        new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries: toEntries(left) }),
      );
      left = ofEntries(left, Failed);
    }
    return left;
  }

  /** At most ten: for how long they are hidden from now on. Resolves with those that SQS did not take, because they are no longer lent. */
  async hide(messages: readonly ReceivedMessage[], seconds: number): Promise<readonly ReceivedMessage[]> {
    const Entries = toEntries(messages).map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
    const { Failed = [] } = await this.#client.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.url, Entries }),
    );
    return ofEntries(messages, Failed);
  }

  /** Puts a message into another queue, with why it was refused. In a FIFO queue a group's dead letters stay in order. */
  async sendRefused(queueUrl: string, refused: RefusedMessage, signal: AbortSignal): Promise<void> {
    const { body, attributes, group, messageId } = refused.queued;
    // SQS takes no empty value; a binary one is read as none.
    const given = Object.entries(attributes)
      .filter(([, value]) => value !== '')
      .slice(0, MAX_ATTRIBUTES - 2);
    const bytes = given.reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name + value) + 'String'.length,
      Buffer.byteLength(body),
    );
    const said = refusalAttributes(refused.refusal, bytes);
    const texts = [...given, ...Object.entries(said)].map(
      ([name, value]): [string, MessageAttributeValue] => [name, { DataType: 'String', StringValue: value }],
    );
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: Object.fromEntries(texts),
      ...(queueUrl.endsWith('.fifo') ? { MessageGroupId: group, MessageDeduplicationId: messageId } : {}),
    });
    await this.#client.send(command, { abortSignal: signal });
  }
}

function toEntries(messages: readonly ReceivedMessage[]): { Id: string; ReceiptHandle: string }[] {
  return messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
}

function ofEntries(
  messages: readonly ReceivedMessage[],
  failed: readonly { Id: string | undefined }[],
): readonly ReceivedMessage[] {
  const ids = new Set(failed.map(({ Id }) => Id));
  return messages.filter((_, index) => ids.has(String(index)));
}
