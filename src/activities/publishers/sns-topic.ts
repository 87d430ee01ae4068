import {
  PublishBatchCommand,
  type PublishBatchCommandOutput,
  type PublishBatchRequestEntry,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { SNS_REQUEST_TIMEOUT_MS } from '../../common/defaults.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { PublishEntry } from '../../common/publisher-protocol.ts';
import { toWireMessage, type WireAttribute } from '../../common/wire-format.ts';
import { classifyError, type ErrorFacts, errorFacts } from '../classify-error.ts';
import type { PublishResult } from '../event-publisher.ts';

export interface SnsPublisherOptions {
  /** ARN of the SNS topic. */
  readonly topicArn: string;
  /** Client for the topic's region; its endpoint, credentials and retry settings are used as they are. */
  readonly client: Pick<SNSClient, 'send'>;
  /** The topic's `MaximumMessageSize`, which also bounds a batch, in bytes. Default: 262,144 (256 KiB). */
  readonly maxMessageBytes?: number;
  /** One request, the SDK's own retries included, in milliseconds: 1 to 30,000. Default: 10,000. */
  readonly requestTimeoutMs?: number;
}

/** What FIFO topics want of an entry beyond body and attributes. */
export type FifoFields = Pick<PublishBatchRequestEntry, 'MessageGroupId' | 'MessageDeduplicationId'>;

interface BatchEntry {
  readonly entry: PublishEntry;
  readonly fifo?: FifoFields;
}

const SNS_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;
// Below the activity's start-to-close timeout: a request must not outlive its attempt.
const MAX_REQUEST_TIMEOUT_MS = 30_000;

/** Sends PublishBatch requests to one SNS topic and answers per entry. */
export class SnsTopic {
  readonly arn: string;
  readonly #client: Pick<SNSClient, 'send'>;
  readonly #timeoutMs: number;

  constructor(
    { topicArn, client, requestTimeoutMs = SNS_REQUEST_TIMEOUT_MS }: SnsPublisherOptions,
    fifo: boolean,
  ) {
    checkArn(topicArn, fifo);
    checkTimeout(requestTimeoutMs);
    this.arn = topicArn;
    this.#client = client;
    this.#timeoutMs = requestTimeoutMs;
  }

  async publish(
    topic: string,
    batch: readonly BatchEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    const requests = batch.map(({ entry, fifo }, index) => ({ ...toRequest(topic, entry, index), ...fifo }));
    try {
      const response = await this.#send(requests, signal);
      return batch.map(({ entry }, index) => toResult(response, entry, String(index)));
    } catch (error) {
      const failure = classifyError(this.#explain(error));
      // One bad entry can make SNS refuse the request as a whole; alone, each is judged by itself.
      if (failure.kind === 'event' && batch.length > 1) return this.#publishAlone(topic, batch, signal);
      return batch.map(() => ({ ok: false, failure }));
    }
  }

  /** One after the other: with events of one aggregate in the batch, none may overtake one that failed. */
  async #publishAlone(
    topic: string,
    batch: readonly BatchEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    const results: PublishResult[] = [];
    const failed = new Map<string, PublishResult>();
    for (const one of batch) {
      const { id } = one.entry.message;
      const [result] = failed.has(id) ? [failed.get(id)] : await this.publish(topic, [one], signal);
      if (result === undefined) continue;
      if (!result.ok) failed.set(id, result);
      results.push(result);
    }
    return results;
  }

  async #send(
    requests: readonly PublishBatchRequestEntry[],
    signal: AbortSignal,
  ): Promise<PublishBatchCommandOutput> {
    const command = new PublishBatchCommand({
      TopicArn: this.arn,
      PublishBatchRequestEntries: [...requests],
    });
    // A timer of our own, not AbortSignal.any with AbortSignal.timeout: the former holds the latter only weakly, and a
    // timeout that has been garbage collected never fires (Node.js 20).
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const timer = setTimeout(abort, this.#timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await this.#client.send(command, { abortSignal: controller.signal });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  #explain(error: unknown): ErrorFacts {
    const facts = errorFacts(error);
    if (facts.code !== 'AbortError') return facts;
    return {
      code: 'TimeoutError',
      message: `SNS did not answer within ${this.#timeoutMs} ms, or the worker stopped`,
    };
  }
}

function toRequest(topic: string, entry: PublishEntry, index: number): PublishBatchRequestEntry {
  const { body, attributes } = toWireMessage(topic, entry);
  const toSns = ({ dataType, value }: WireAttribute) => ({ DataType: dataType, StringValue: value });
  const pairs = Object.entries(attributes).map(([name, attribute]) => [name, toSns(attribute)]);
  return { Id: String(index), Message: body, MessageAttributes: Object.fromEntries(pairs) };
}

function toResult(response: PublishBatchCommandOutput, entry: PublishEntry, entryId: string): PublishResult {
  const { msgId } = entry.message.meta;
  const done = response.Successful?.find(({ Id }) => Id === entryId);
  if (done) {
    const { MessageId: snsMessageId = '', SequenceNumber: sequenceNumber } = done;
    return { ok: true, receipt: { msgId, snsMessageId, ...(sequenceNumber ? { sequenceNumber } : {}) } };
  }
  const failed = response.Failed?.find(({ Id }) => Id === entryId);
  const code = failed?.Code ?? 'NoResult';
  return {
    ok: false,
    failure: classifyError({ code, message: failed?.Message ?? 'SNS did not mention the entry' }),
  };
}

function checkArn(topicArn: string, fifo: boolean): void {
  const refuse = (fact: string, action: string): never => {
    throw new EventTopicError('INVALID_PUBLISHER', fact, { details: { topicArn }, action });
  };
  if (!SNS_ARN.test(topicArn)) {
    refuse(
      'Not the ARN of an SNS topic',
      'Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it',
    );
  }
  if (fifo && !topicArn.endsWith('.fifo')) {
    refuse(
      'A standard topic cannot keep order',
      'Give a FIFO topic (its name ends in .fifo), or use SnsPublisher',
    );
  }
  if (!fifo && topicArn.endsWith('.fifo'))
    refuse('A FIFO topic needs message groups', 'Use SnsFifoPublisher');
}

function checkTimeout(requestTimeoutMs: number): void {
  if (requestTimeoutMs >= 1 && requestTimeoutMs <= MAX_REQUEST_TIMEOUT_MS) return;
  throw new EventTopicError('INVALID_PUBLISHER', 'The request timeout is out of range', {
    details: { requestTimeoutMs },
    action: `Give 1 to ${MAX_REQUEST_TIMEOUT_MS} milliseconds`,
  });
}
