import { isRecord } from '../../common/arguments.ts';
import type { QueuedMessage } from './queued-message.ts';

/** What of a message its sender wrote. */
export interface Unwrapped {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Absent with raw delivery. */
  readonly topicArn?: string;
}

/** Takes SNS's own envelope off, which is around the message unless the subscription delivers raw. */
export function unwrap({ body, attributes }: QueuedMessage): Unwrapped {
  const envelope = body.includes('"Notification"') ? parseRecord(body) : undefined;
  if (envelope?.['Type'] !== 'Notification' || typeof envelope['Message'] !== 'string')
    return { body, attributes };
  const { Message: inner, MessageAttributes: given, TopicArn: topicArn } = envelope;
  const values = Object.entries(isRecord(given) ? given : {}).map(([name, attribute]) => [
    name,
    String(isRecord(attribute) ? attribute['Value'] : attribute),
  ]);
  return {
    body: inner,
    attributes: Object.fromEntries(values),
    ...(typeof topicArn === 'string' ? { topicArn } : {}),
  };
}

/** The EventTopic's name in the ARN of its SNS topic, as `arn:…:CustomerEventTopic.fifo`. */
export function topicNameIn(topicArn: string | undefined): string | undefined {
  return /:([A-Za-z0-9_-]+)EventTopic(\.fifo)?$/.exec(topicArn ?? '')?.[1];
}

function parseRecord(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
