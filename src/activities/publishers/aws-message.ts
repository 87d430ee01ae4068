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

/** The group is the aggregate, the deduplication id the msgId; of a republished message it is made of the republish too, for SNS to take it again. */
export function fifoFields({ message, republished }: PublishEntry): FifoFields {
  const { msgId } = message.meta;
  return {
    MessageGroupId: messageGroupId(message.id),
    MessageDeduplicationId: messageDeduplicationId(
      republished ? `${msgId}/republished/${republished.republishId}` : msgId,
    ),
  };
}
