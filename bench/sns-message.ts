import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { fifoFields, toAwsAttributes } from '../src/activities/publishers/aws-message.ts';
import { toWireMessage } from '../src/common/wire-format.ts';
import type { BenchMessage } from './types.ts';

/** The SNS message that this project sends for an event. Every contender sends the same. */
export function snsMessage(topic: string, topicArn: string, message: BenchMessage): PublishCommandInput {
  const entry = { message, eventType: message.event.type };
  const { body, attributes } = toWireMessage(topic, entry);
  return {
    TopicArn: topicArn,
    Message: body,
    MessageAttributes: toAwsAttributes(attributes),
    ...fifoFields(entry),
  };
}
