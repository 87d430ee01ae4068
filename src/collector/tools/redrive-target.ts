import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { LentLetter } from './dead-letter.ts';
import type { RedriveTarget } from './redrive-options.ts';

/** The SDK sets none by itself. With its own retries. */
const SEND_TIMEOUT_MS = 10_000;

/** Resolves when the letter has arrived. */
export type Deliver = (letter: LentLetter) => Promise<void>;

export function toDeliver(
  sqs: Pick<SQSClient, 'send'>,
  to: RedriveTarget,
  signal: AbortSignal | undefined,
): Deliver {
  const { queueUrl, handle } = to;
  if (queueUrl !== undefined) return (letter) => send(sqs, queueUrl, letter);
  const context = { signal: signal ?? new AbortController().signal };
  return async ({ letter }) => await handle(letter, context);
}

async function send(
  sqs: Pick<SQSClient, 'send'>,
  QueueUrl: string,
  { letter, attributes }: LentLetter,
): Promise<void> {
  const command = new SendMessageCommand({
    QueueUrl,
    MessageBody: letter.body,
    MessageAttributes: attributes,
    MessageGroupId: letter.group,
    // SQS may still remember the event's own. This one is new for each time that the event dies, and the same each time that its letter is sent.
    MessageDeduplicationId: `redrive-${letter.messageId}`,
  });
  await sqs.send(command, { abortSignal: AbortSignal.timeout(SEND_TIMEOUT_MS) });
}
