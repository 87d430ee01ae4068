import { messageDeduplicationId, messageGroupId } from '../../common/ids.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { WireMessage } from '../../common/wire-format.ts';

/** A message attribute as SNS and SQS take it. */
interface AwsAttribute {
  readonly DataType: string;
  readonly StringValue: string;
}

/** What FIFO topics and queues want of a message beyond body and attributes. */
export interface FifoFields {
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

export function toAwsAttributes(attributes: WireMessage['attributes']): Record<string, AwsAttribute> {
  const pairs = Object.entries(attributes).map(([name, { dataType, value }]) => [
    name,
    { DataType: dataType, StringValue: value },
  ]);
  return Object.fromEntries(pairs);
}

/** The group is the aggregate, the deduplication id the msgId. */
export function fifoFields({ message }: PublishEntry): FifoFields {
  return {
    MessageGroupId: messageGroupId(message.id),
    MessageDeduplicationId: messageDeduplicationId(message.meta.msgId),
  };
}
