import { createHash } from 'node:crypto';
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Refusal } from '../../common/protocol/entry.ts';
import type { QueuedMessage } from '../decode/queued-message.ts';
import { type ReceivedMessage, toReceived } from '../sqs/received-message.ts';

/** A message in a collector's dead-letter queue. */
export interface DeadLetter extends QueuedMessage {
  /** Its place in the dead-letter queue: SQS's SequenceNumber, larger from letter to letter of an aggregate. */
  readonly sequenceNumber: string;
  /** When it came into the dead-letter queue, in milliseconds since 1970, by SQS's clock. */
  readonly deadSince: number;
  /** Why the collector refused it; undefined: SQS put it here, because it was received too often. */
  readonly refusal: Refusal | undefined;
}

/** A dead letter that SQS has lent to this process. */
export interface LentLetter {
  readonly letter: DeadLetter;
  /** Its attributes as SQS has them, without what was added when it was refused. */
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  /** What SQS must be told to have it deleted or hidden. No body: many may be kept. */
  readonly receipt: ReceivedMessage;
}

export function toLentLetter(message: Message): LentLetter {
  const { refusedCode, refusedReason, ...attributes } = message.MessageAttributes ?? {};
  const { receiptHandle, ...received } = toReceived(message);
  const { refusedCode: code, refusedReason: reason = '', ...texts } = received.attributes;
  const { messageId, group } = received;
  return {
    letter: {
      ...received,
      attributes: texts,
      sequenceNumber: message.Attributes?.SequenceNumber ?? '0',
      deadSince: Number(message.Attributes?.SentTimestamp ?? 0),
      refusal: code === undefined ? undefined : { code, reason },
    },
    attributes,
    receipt: { messageId, group, receiptHandle, body: '', attributes: {} },
  };
}

export function bySequenceNumber(one: LentLetter, other: LentLetter): number {
  const difference = BigInt(one.letter.sequenceNumber) - BigInt(other.letter.sequenceNumber);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** The same for a letter that comes back: SQS gives it a new id. Another one for a republished event, whose body is that of the first. */
export function contentOf({ group, body, attributes }: DeadLetter): string {
  return createHash('sha256')
    .update(JSON.stringify([group, body, attributes['republished'] ?? '']))
    .digest('base64');
}
