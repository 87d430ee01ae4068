import type { SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import type { KeysOf } from '../../common/arguments.ts';
import { SNS_REQUEST_TIMEOUT_MS } from '../../common/defaults.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { PublishFailure } from '../../common/protocol/activities.ts';
import { refusalAttributes } from '../../common/refusal-attributes.ts';
import { toWireMessage, wireSize } from '../../common/wire-format.ts';
import { classifyError } from '../classify-error.ts';
import type { DeadLetter, DeadLetterQueue } from '../dead-letter-queue.ts';
import { fifoFields, toAwsAttributes } from './aws-message.ts';
import { type AwsRequest, checkAwsOptions, checkTimeout, requestFacts, withTimeout } from './aws-request.ts';

export interface SqsDeadLetterQueueOptions {
  /** URL of the SQS queue, as SQS gives it; a FIFO queue's ends in `.fifo`. */
  readonly queueUrl: string;
  /** Client for the queue's region; its endpoint, credentials and retry settings are used as they are. */
  readonly client: Pick<SQSClient, 'send'>;
  /** One request, the SDK's own retries included, in milliseconds: 1 to 20,000. Default: 10,000. */
  readonly requestTimeoutMs?: number;
}

const OPTION_KEYS: KeysOf<SqsDeadLetterQueueOptions> = {
  queueUrl: true,
  client: true,
  requestTimeoutMs: true,
};

const QUEUE_URL = /^https?:\/\/[^/?#\s]+\/([^?#\s]+\/)?[A-Za-z0-9_-]{1,80}(\.fifo)?$/;
// Together with the request to SNS before it, below the activity's start-to-close timeout.
const MAX_REQUEST_TIMEOUT_MS = 20_000;

/**
 * Puts refused events into an SQS queue: the message as SNS would have got it, and why SNS refused it as the attributes
 * `refusedCode` and `refusedReason` (cleaned and cut, where SQS wants it). In a FIFO queue an aggregate's dead letters stay
 * in order.
 *
 * An event arrives at least once: when a worker dies after SQS took it, it is sent again. A FIFO queue drops that repeat
 * for five minutes, a standard queue does not; `msgId` tells.
 */
export class SqsDeadLetterQueue implements DeadLetterQueue {
  readonly #queueUrl: string;
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #timeoutMs: number;

  /** Throws `INVALID_PUBLISHER` when `queueUrl` is not the URL of an SQS queue, or the timeout is out of range. */
  constructor(options: SqsDeadLetterQueueOptions) {
    checkAwsOptions(options, OPTION_KEYS);
    const { queueUrl, client, requestTimeoutMs = SNS_REQUEST_TIMEOUT_MS } = options;
    checkUrl(queueUrl);
    checkTimeout(requestTimeoutMs, MAX_REQUEST_TIMEOUT_MS);
    this.#queueUrl = queueUrl;
    this.#client = client;
    this.#timeoutMs = requestTimeoutMs;
  }

  async send(topic: string, letter: DeadLetter, signal: AbortSignal): Promise<PublishFailure | undefined> {
    const request: AwsRequest = { service: 'SQS', timeoutMs: this.#timeoutMs, signal };
    try {
      // Loaded here: who has no dead letter queue need not install the SQS client.
      const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
      const command = new SendMessageCommand(toInput(this.#queueUrl, topic, letter));
      await withTimeout(request, (abortSignal) => this.#client.send(command, { abortSignal }));
      return undefined;
    } catch (error) {
      return classifyError(requestFacts(request, error));
    }
  }

  describe(): string {
    return this.#queueUrl;
  }
}

function toInput(queueUrl: string, topic: string, { entry, refusal }: DeadLetter): SendMessageCommandInput {
  const message = toWireMessage(topic, entry);
  // With the eight that a message has at most, these are the ten attributes that SQS takes.
  const why = Object.entries(refusalAttributes(refusal, wireSize(message))).map(
    ([name, value]) => [name, { dataType: 'String', value }] as const,
  );
  return {
    QueueUrl: queueUrl,
    MessageBody: message.body,
    MessageAttributes: toAwsAttributes({ ...message.attributes, ...Object.fromEntries(why) }),
    ...(queueUrl.endsWith('.fifo') ? fifoFields(entry) : {}),
  };
}

function checkUrl(queueUrl: string): void {
  if (QUEUE_URL.test(queueUrl)) return;
  throw new EventTopicError('INVALID_PUBLISHER', 'Not the URL of an SQS queue', {
    details: { queueUrl },
    action: 'Use https://sqs.<region>.amazonaws.com/<account>/<name>, as the Pulumi stack prints it',
  });
}
