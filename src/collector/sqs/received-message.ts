import type { Message } from '@aws-sdk/client-sqs';
import { type QueuedMessage, sentAtOf } from '../decode/queued-message.ts';

/** A message that SQS has lent to this process. */
export interface ReceivedMessage extends QueuedMessage {
  readonly receiptHandle: string;
}

export function toReceived(message: Message): ReceivedMessage {
  const { MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes = {}, Attributes } = message;
  const texts = Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]);
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Object.fromEntries(texts),
    group: Attributes?.MessageGroupId ?? MessageId,
    ...sentAtOf(Attributes?.SentTimestamp),
  };
}
